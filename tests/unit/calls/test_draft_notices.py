"""The five notices beside the project, drafted and compared with the definitions written by hand, fact by fact.

Skipped where the notices are absent. `pytest -s` prints the table.
"""

import re
from pathlib import Path

import pytest
from rapidfuzz.fuzz import partial_ratio, ratio

from shoufa.calls.draft import draft_calls
from shoufa.calls.draft_said import Said
from shoufa.calls.load import load_calls, load_recommenders

ROOT = Path(__file__).parents[3]
NOTICES = ROOT.parent / "shared" / "notices"
ALIKE = 90
SWAPPED = 80
HIGHTECH, SERVICE, SOCIAL = "sac-2023-27-hightech", "sac-2023-27-service", "sac-2023-27-social"
XIAMEN, GUIDANCE, SHANGHAI = "xiamen-2020-15", "sac-2022-29", "shanghai-2021-511"
GOOD = {("001", 0): HIGHTECH, ("001", 1): SERVICE, ("001", 2): SOCIAL}
GOOD |= {("002", 0): XIAMEN, ("003", 0): GUIDANCE, ("004", 0): SHANGHAI}
SPUN = {("000", 0): HIGHTECH, ("000", 1): SERVICE, ("000", 2): SOCIAL}
INFERRED = {
    (SHANGHAI, "issuer"),  # 推断 in the definition: the notice bears no signature
    (SERVICE, "applicants"),  # drawn from a condition
    (SOCIAL, "applicants"),  # drawn from a condition
    (XIAMEN, "applicants"),  # with the ranks in brackets
    (GUIDANCE, "applicants"),  # said in passing: 部分省（自治区、直辖市）
    (SHANGHAI, "unit names"),  # the notice says 市市场监管局; its office is taken from the address
}
LOST = {
    (HIGHTECH, f)
    for f in ("number", "annex", "mailboxes", "contacts", "phones", "postcodes", "unit names", "policy contacts", "proofs", "periods", "one of")
}
LOST |= {(SERVICE, f) for f in ("number", "annex", "contacts", "phones", "addresses", "postcodes")}
LOST |= {(SOCIAL, f) for f in ("number", "annex", "system", "contacts", "phones", "faxes", "addresses", "postcodes", "fields of work")}
"""What the spun copy no longer holds."""


def plain(node):
    """A draft's values without their sentences."""
    if isinstance(node, Said):
        return plain(node.value)
    if isinstance(node, dict):
        return {k: plain(v) for k, v in node.items()}
    return [plain(v) for v in node] if isinstance(node, (list, tuple)) else node


def several(items, *path):
    """The values at a path in each item, those that are null or "" left out."""
    found = []
    for item in items or ():
        value = item
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        if value not in (None, ""):
            found.append(value)
    return found


def facts(call):
    """The stated facts of a call as plain data, the same for a draft and a definition."""
    notice, tracks, units = call["notice"], call.get("tracks", []), call.get("units", [])
    materials, paper = call.get("materials", []), call.get("paper") or {}
    grants = call.get("grants")
    return {
        "title": call["title"],
        "number": notice.get("number"),
        "issuer": notice.get("issuer"),
        "annex": notice.get("annex"),
        "issued": notice.get("issued") and str(notice["issued"]),
        "truncated": bool(notice.get("truncated")),
        "intake": call.get("intake"),
        "system": call.get("system") or None,
        "closes": call.get("closes") and str(call["closes"]),
        "closes_text": call.get("closes_text") or None,
        "applicants": call.get("applicants", []),
        "recommenders": (call.get("recommenders") or {}).get("group"),
        "tracks": sorted(several(tracks, "title")),
        "forms": sorted(several(tracks, "form")),
        "quotas": sorted((q["max"], q["firm"]) for q in several(tracks, "quota")),
        "periods": several(tracks, "duration_months"),
        "fields of work": sorted(f for t in tracks for f in t.get("fields_of_work", [])),
        "unit names": sorted(several(units, "name")),
        "mailboxes": sorted(several(units, "mailbox")),
        "contacts": several(units, "contact", "name"),
        "phones": several(units, "contact", "phone"),
        "faxes": several(units, "contact", "fax"),
        "addresses": several(units, "post", "address"),
        "postcodes": several(units, "post", "code"),
        "marks": several(units, "post", "mark"),
        "subject mark": call.get("subject_mark"),
        "archive": call.get("archive") if call.get("archive") != "none" else None,
        "materials": sorted(m["kind"] for m in materials if m["kind"] != "proof"),
        "proofs": sorted(m["title"] for m in materials if m["kind"] == "proof"),
        "required forms": sorted((m["kind"], f) for m in materials for f, n in m["forms"].items() if n == "required" and f != "any"),
        "seals": sorted(m["kind"] for m in materials if any(s.get("need", "required") == "required" for s in m.get("seals", []))),
        "copies": paper.get("copies") or None,
        "disc": paper.get("disc") if paper.get("disc") != "none" else None,
        "conditions": several(call.get("conditions"), "text"),
        "one of": sum(bool(c.get("one_of")) for c in call.get("conditions", [])),
        "targets": [(t["minimum"], t["unit"], t.get("per")) for t in call.get("targets", [])],
        "reports": several(call.get("reports"), "text"),
        "policy contacts": several(call.get("contacts"), "name"),
        "grants": grants and (sorted((t["standard"], t["yuan"]) for t in grants["totals"]), grants["ranks"], grants["first_only"], grants["others_only"], grants["both"]),
    }  # fmt: skip


def same(field, want, got):
    """Whether two values say the same; clauses and names may be longer in one than in the other."""
    if field in {"conditions", "applicants", "unit names", "reports", "tracks", "title"}:
        return all(any(near(field, w, g) for g in listed(got)) for w in listed(want)) and bool(got) == bool(want)
    if field in {"closes", "issued"}:
        return str(want or "").replace(" ", "T") == str(got or "").replace(" ", "T")
    if field == "required forms":  # the definition asks less of the letter than the sentence: its word file is optional
        return set(want) <= set(got) and {k for k, _ in got} <= {k for k, _ in want} | {"letter"}
    return want == got


def listed(value):
    return value if isinstance(value, list) else [value] if value else []


def near(field, want, got):
    flat = [re.sub(r"\s|的|项目|[：:].*", "", str(t)) for t in (want, got)]
    if field == "conditions":
        return partial_ratio(re.sub(r"\s", "", want), re.sub(r"\s", "", got)) >= ALIKE
    if field == "unit names":
        return flat[1] in flat[0] or ratio(*flat) >= ALIKE
    return ratio(*flat) >= ALIKE or flat[1] in flat[0]


@pytest.fixture(scope="module")
def calls():
    return {k: c.model_dump(mode="json") for k, c in load_calls(ROOT / "schemas" / "calls").items()}


@pytest.fixture(scope="module")
def drafts():
    if not NOTICES.is_dir():
        pytest.skip("no notices beside the project")
    groups = list(load_recommenders(ROOT / "schemas" / "recommenders").values())
    found = {}
    for file in sorted(NOTICES.glob("*.txt")):
        for place, draft in enumerate(draft_calls(file.read_text(encoding="utf-8"), file.name, groups)):
            found[file.name[:3], place] = draft
    return found


def compared(drafts, calls, pairs):
    """One row per fact: which draft, which definition, field, wanted, got, verdict."""
    rows = []
    for key, name in pairs.items():
        want, got = facts(calls[name]), facts(plain(drafts[key].values))
        for field, value in want.items():
            empty = got[field] in (None, [], False, "", 0)
            verdict = "same" if same(field, value, got[field]) else "missed" if empty else "differs"
            if value in (None, [], False, "", 0) and not empty:
                verdict = "invented"
            rows.append((key, name, field, value, got[field], verdict))
    return rows


def table(rows):
    for key, name, field, want, got, verdict in rows:
        shown = f"{verdict:8} {key[0]}-{key[1]} {name:22} {field:16} {str(got)[:70]}"
        print(shown if verdict == "same" else f"{shown}  WANTED {str(want)[:200]}")  # noqa: T201 - the table is the point


def test_each_notice_gives_its_calls(drafts):
    assert set(drafts) == GOOD.keys() | SPUN.keys()


def test_the_drafts_agree_with_the_definitions(drafts, calls):
    rows = compared(drafts, calls, GOOD)
    table(rows)
    assert [r for r in rows if r[5] != "same" and (r[1], r[2]) not in INFERRED] == []


def test_the_spun_copy_gives_the_same_as_far_as_it_survived(drafts, calls):
    rows = compared(drafts, calls, SPUN)
    table(rows)
    assert [r for r in rows if r[5] in {"invented", "differs"} and r[2] != "conditions"] == []
    assert {(r[1], r[2]) for r in rows if r[5] == "missed"} <= LOST | INFERRED
    for *_, field, want, got, _verdict in rows:
        if field == "conditions":  # words are swapped in them, and their lists have holes
            assert all(any(partial_ratio(w, g) >= SWAPPED for w in want) for g in got)


def test_a_text_that_breaks_off_is_said_to(drafts):
    assert {k for k, d in drafts.items() if d.truncated} == {("002", 0)}
    assert any("中断" in q for q in drafts["002", 0].questions)


def test_repairs_are_told(drafts):
    assert any("繁体" in r for r in drafts["003", 0].repairs)
    assert any("读音" in r for r in drafts["003", 0].repairs)
    assert any("六角括号" in q for q in drafts["004", 0].questions)
