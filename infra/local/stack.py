"""template.yaml on this machine: expanded as SAM does it, storage and queues made, all else accounted for."""

import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from local.builders import BUILDERS, Built, Clients
from local.resolver import Resolver, TemplateError

NAME = "shoufa"
READ = ("AWS::Lambda::Function", "AWS::Lambda::EventSourceMapping", "AWS::Events::Rule")
"""Not made anywhere: the dispatcher and the schedules read them from the expanded template."""

NOT_BUILT = {
    "AWS::Lambda::LayerVersion": "its folder is used where it lies",
    "AWS::Lambda::Permission": "handlers are called in this process",
    "AWS::IAM::Role": "nothing checks rights on this machine",
    "AWS::IAM::Policy": "nothing checks rights on this machine",
    "AWS::S3::BucketPolicy": "nothing checks rights on this machine",
    "AWS::SQS::QueuePolicy": "nothing checks rights on this machine",
    "AWS::Logs::LogGroup": "logs go to the terminal",
    "AWS::CloudWatch::Alarm": "the command line reports dead letters and errors",
    "AWS::SNS::Topic": "there is no alarm to tell of",
    "AWS::SES::ReceiptRuleSet": "mail comes in through the doors of this machine",
    "AWS::SES::ReceiptRule": "mail comes in through the doors of this machine",
}
"""Types that are left out on purpose, and why."""

_CODE = "s3://local/code.zip"  # the translator accepts no folder


class Expanded(NamedTuple):
    """A template without SAM in it, its parameters' values, and the folder of its layer, if it has one."""

    template: dict[str, Any]
    parameters: dict[str, Any]
    layer: Path | None


class _NoManagedPolicies:
    """Stands in for the list of managed policies that the translator would fetch from IAM."""

    def load(self) -> dict[str, str]:
        """Return none: our roles name none."""
        return {}


def expand(path: Path, parameters: Mapping[str, str]) -> Expanded:
    """Expand the SAM template at `path`, offline (needs AWS_DEFAULT_REGION); else TemplateError."""
    from samtranslator.translator.transform import transform
    from samtranslator.yaml_helper import yaml_parse

    sam = yaml_parse(path.read_text(encoding="utf-8"))
    values = _parameter_values(sam.get("Parameters", {}), parameters)
    layer = _stub_code(sam, path.parent)
    logging.getLogger("samtranslator").setLevel(logging.ERROR)  # it warns of a feature flag that only AWS has
    template = transform(sam, {name: str(value) for name, value in values.items()}, _NoManagedPolicies())
    lists = {name for name, spec in sam.get("Parameters", {}).items() if spec["Type"] == "CommaDelimitedList"}
    typed = {name: value.split(",") if name in lists else value for name, value in values.items()}
    return Expanded(template, typed, layer)


def _parameter_values(declared: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, str]:
    """Return every declared parameter's value; TemplateError if one is missing or not declared."""
    values = {name: given.get(name, spec.get("Default")) for name, spec in declared.items()}
    wrong = sorted(
        [*(set(given) - set(declared)), *(name for name, value in values.items() if value is None)]
    )
    if wrong:
        raise TemplateError(f"parameters without a value, or not in the template: {', '.join(wrong)}")
    return values


def _stub_code(sam: Mapping[str, Any], root: Path) -> Path | None:
    """Put an address in the place of each code folder; return the folder of the layer, if there is one."""
    layer = None
    owners = [sam.get("Globals", {}).get("Function", {})]
    owners += [resource.get("Properties", {}) for resource in sam["Resources"].values()]
    for owner in owners:
        if "ContentUri" in owner:
            layer = root / owner["ContentUri"]
        owner.update({key: _CODE for key in ("CodeUri", "ContentUri") if key in owner})
    return layer


class Stack:
    """The resources of an expanded template; made on first reference, so in the order of their needs."""

    def __init__(self, expanded: Expanded, clients: Clients, account: str) -> None:
        """Refuse the template (TemplateError) if it has a type that is neither built, read nor left out."""
        self.template = expanded.template
        self.region = clients.sqs.meta.region_name
        self.account = account
        self._clients = clients
        self._built: dict[str, Built | None] = {}
        self.resolver = Resolver(self.template, expanded.parameters, self._pseudo(), self)
        accounted = {*BUILDERS, *READ, *NOT_BUILT}
        for name, resource in self.template["Resources"].items():
            if resource["Type"] not in accounted:
                raise TemplateError(f"{name}: the local engine does not know the type {resource['Type']}")

    def _pseudo(self) -> dict[str, str]:
        """Return the values of AWS's pseudo parameters."""
        partition = self._clients.s3.meta.partition
        return {
            "AWS::AccountId": self.account,
            "AWS::Region": self.region,
            "AWS::Partition": partition,
            "AWS::StackName": NAME,
            "AWS::URLSuffix": "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com",
        }

    def build(self) -> None:
        """Make everything that is made on this machine."""
        for name, resource in self.active():
            if resource["Type"] in BUILDERS:
                self._make(name)

    def active(self, *types: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield (logical id, resource) of those whose condition holds, of the given types or of all."""
        for name, resource in self.template["Resources"].items():
            holds = "Condition" not in resource or self.resolver.condition(resource["Condition"])
            if holds and (not types or resource["Type"] in types):
                yield name, resource

    def properties(self, name: str) -> dict[str, Any]:
        """Return a resource's properties with every function in them resolved."""
        resolved: dict[str, Any] = self.resolver.value(self.template["Resources"][name].get("Properties", {}))
        return resolved

    def ref(self, name: str) -> str:
        """Return what `Ref` gives of a resource; TemplateError if it is not made on this machine."""
        return self._make(name).ref

    def attribute(self, name: str, attribute: str) -> str:
        """Return what `Fn::GetAtt` gives of a resource; TemplateError if it has no such attribute here."""
        attributes = self._make(name).attributes
        if attribute not in attributes:
            raise TemplateError(f"{name} has no attribute {attribute} on this machine")
        return attributes[attribute]

    def refs(self, kind: str) -> dict[str, str]:
        """Return `Ref` of each resource of one type, by logical id."""
        return {name: self.ref(name) for name, _resource in self.active(kind)}

    def _make(self, name: str) -> Built:
        """Make a resource unless it was made; its references are made first."""
        if name not in self._built:
            kind = self.template["Resources"].get(name, {}).get("Type")
            if kind not in BUILDERS:
                raise TemplateError(
                    f"{name} is referred to, and is not made on this machine ({kind or 'no resource'})"
                )
            self._built[name] = None
            self._built[name] = BUILDERS[kind](self._clients, f"{NAME}-{name}", self.properties(name))
        built = self._built[name]
        if built is None:
            raise TemplateError(f"{name} refers to itself")
        return built
