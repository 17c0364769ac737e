"""Intrinsic functions, each with a literal template."""

import pytest

from local.resolver import NO_VALUE, Resolver, TemplateError


class Names:
    """Resources whose references are their names."""

    def ref(self, name):
        return f"ref-{name}"

    def attribute(self, name, attribute):
        return f"{name}-{attribute}"


TEMPLATE = {
    "Conditions": {
        "IsLocal": {"Fn::Equals": [{"Ref": "Stage"}, "local"]},
        "IsOther": {"Fn::Not": [{"Condition": "IsLocal"}]},
        "Both": {"Fn::And": [{"Condition": "IsLocal"}, {"Condition": "IsOther"}]},
        "Either": {"Fn::Or": [{"Condition": "IsLocal"}, {"Condition": "IsOther"}]},
    },
    "Mappings": {"Sizes": {"local": {"memory": 512}}},
}


@pytest.fixture
def resolver():
    return Resolver(TEMPLATE, {"Stage": "local", "Nets": ["a", "b"]}, {"AWS::Region": "cn-north-1"}, Names())


@pytest.mark.parametrize(
    ("node", "value"),
    [
        ({"Ref": "Stage"}, "local"),
        ({"Ref": "AWS::Region"}, "cn-north-1"),
        ({"Ref": "Bucket"}, "ref-Bucket"),
        ({"Fn::GetAtt": ["Bucket", "Arn"]}, "Bucket-Arn"),
        ({"Fn::GetAtt": "Bucket.Arn"}, "Bucket-Arn"),
        (
            {"Fn::Sub": "x-${Stage}-${Bucket.Arn}-${Bucket}-${!Literal}"},
            "x-local-Bucket-Arn-ref-Bucket-${Literal}",
        ),
        ({"Fn::Sub": ["${Own}-${Stage}", {"Own": {"Ref": "Queue"}}]}, "ref-Queue-local"),
        ({"Fn::Join": ["/", ["a", {"Ref": "Stage"}]]}, "a/local"),
        ({"Fn::Join": ["", {"Ref": "Nets"}]}, "ab"),
        ({"Fn::Split": [",", "a,b"]}, ["a", "b"]),
        ({"Fn::Select": ["1", {"Fn::Split": [",", "a,b"]}]}, "b"),
        ({"Fn::FindInMap": ["Sizes", {"Ref": "Stage"}, "memory"]}, 512),
        ({"Fn::If": ["IsLocal", "yes", "no"]}, "yes"),
        ({"Fn::If": ["IsOther", "yes", {"Ref": "Stage"}]}, "local"),
        ({"a": {"Fn::If": ["IsOther", 1, {"Ref": "AWS::NoValue"}]}, "b": 2}, {"b": 2}),
        ([1, {"Fn::If": ["IsOther", 1, {"Ref": "AWS::NoValue"}]}], [1]),
        (
            {"Condition": {"StringEquals": {"a": {"Ref": "Stage"}}}},
            {"Condition": {"StringEquals": {"a": "local"}}},
        ),
        ({"Enabled": True, "Size": 3}, {"Enabled": True, "Size": 3}),
    ],
)
def test_functions(resolver, node, value):
    assert resolver.value(node) == value


@pytest.mark.parametrize(
    ("name", "holds"), [("IsLocal", True), ("IsOther", False), ("Both", False), ("Either", True)]
)
def test_conditions(resolver, name, holds):
    assert resolver.condition(name) is holds


def test_no_value_stands_for_nothing(resolver):
    assert resolver.value({"Ref": "AWS::NoValue"}) is NO_VALUE


@pytest.mark.parametrize(
    ("node", "message"),
    [
        ({"Fn::Base64": "x"}, "Fn::Base64"),
        ({"Fn::If": ["Nowhere", 1, 2]}, "Nowhere"),
        ({"Fn::FindInMap": ["Sizes", "cloud", "memory"]}, "cloud"),
    ],
)
def test_what_is_not_known_is_refused(resolver, node, message):
    with pytest.raises(TemplateError, match=message):
        resolver.value(node)
