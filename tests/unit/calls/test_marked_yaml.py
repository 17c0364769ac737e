"""The strict subset of YAML, and where everything stands."""

import pytest

from shoufa.calls.marked_yaml import read_yaml
from shoufa.calls.problems import CallError


def test_data_and_lines():
    data, lines = read_yaml("a: 甲\nb:\n  - c: 1\n    d: [true, null, 1.5]\n", "x.yaml")
    assert data == {"a": "甲", "b": [{"c": 1, "d": [True, None, 1.5]}]}
    assert (lines["a",], lines["b",], lines["b", 0, "d"]) == (1, 2, 4)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2023-08-15", "2023-08-15"),
        ("no", "no"),
        ("010-58811620", "010-58811620"),
        ("0123", "0123"),
        ("0x1F", "0x1F"),
        ('"100191"', "100191"),
        ("100191", 100191),
        ("~", None),
        ("'true'", "true"),
        ("1:30", "1:30"),
        ("-5", -5),
    ],
)
def test_only_plain_values_are_not_text(written, value):
    assert read_yaml(f"a: {written}", "x.yaml")[0] == {"a": value}


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "given twice"),
        ("a: &x [1]\nb: *x\n", 2, "aliases"),
        ("a: {b: 1}\n<<: {c: 2}\n", 2, "plain text"),
        ("a: 1\n? [b]\n: 2\n", 2, "plain text"),
        ("a: 1\n b: 2\n", 2, "YAML syntax"),
        ("a: 1\n---\nb: 2\n", 2, "YAML syntax"),
        ("a: &x {b: *x}\n", 1, "aliases"),
    ],
)
def test_what_is_refused(text, line, words):
    with pytest.raises(CallError) as caught:
        read_yaml(text, "x.yaml")
    problem = caught.value.problems[0]
    assert (problem.file, problem.line) == ("x.yaml", line)
    assert words in problem.en


def test_an_empty_file_is_no_data():
    assert read_yaml("# nothing\n", "x.yaml") == (None, {})


def test_a_control_character_is_refused():
    with pytest.raises(CallError, match="not YAML"):
        read_yaml("a: \x00", "x.yaml")
