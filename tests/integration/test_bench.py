"""What is measured is what is meant: whole submissions, of other words each (bench_papers.py, bench_judging.py)."""

from local.bench_judging import CALL, judged
from local.bench_papers import PROJECTS, submission
from local.process import ROOT
from shoufa.calls.load import load_calls
from shoufa.domain.codes import Form

WHO = "湖北省市场监督管理局"


def test_each_is_read_as_a_whole_package_and_lacks_nothing():
    seconds, files, complete = judged(3)
    assert (files, complete) == (20, 3)
    assert seconds > 0


def test_no_two_have_a_file_in_common():
    call = load_calls(ROOT / "schemas" / "calls")[CALL]
    one, other = (submission(n, call, WHO) for n in (1, 2))
    assert not {p.part.sha256 for p in one.pieces} & {p.part.sha256 for p in other.pieces}
    assert submission(1, call, WHO) == one


def test_scans_are_recognised_lines_with_seals():
    call = load_calls(ROOT / "schemas" / "calls")[CALL]
    scans = [p.facts for p in submission(1, call, WHO).pieces if p.facts and p.facts.form is Form.SCAN]
    assert len(scans) == PROJECTS + 2
    assert all(page.lines and page.scanned for facts in scans for page in facts.pages)
    assert all(any(page.seals for page in facts.pages) for facts in scans)
