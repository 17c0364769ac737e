"""Seals held against the bodies that matter (seals.py): met, unclear, wrong, missing."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shoufa.domain.codes import Form, Kind, Shape
from shoufa.domain.facts import Facts, Seal
from shoufa.judging.document import Doc, Source
from shoufa.judging.seals import Bodies, SealState, Whose, check, whose
from unit.judging.build import CITY, HUBEI, HUNAN, SICHUAN, case, facts, group, page, seal

OTHERS = tuple(m.name for m in group().members if m.name != HUBEI)
WANTED = Bodies((HUBEI,), OTHERS)


def doc(*pages, form: Form = Form.SCAN, beside=(), content: Facts | None = None) -> Doc:
    made = content or facts(pages, form)
    piece = case({"a.pdf": made}).pieces[0]
    return Doc(
        Kind.LETTER, form, (Source(piece, 1, len(pages), whole=True),), tuple(pages), beside=tuple(beside)
    )


def state(*seals: Seal, form: Form = Form.SCAN) -> SealState:
    return check(doc(page("", seals=seals), form=form), WANTED).state


def test_the_right_name_is_met_and_its_page_told():
    verdict = check(doc(page(""), page("", 2, [seal(page=2)])), WANTED)
    assert (verdict.state, verdict.page) == (SealState.MET, 2)


@pytest.mark.parametrize(
    "name", ["湖北省市场监督管埋局", "湖北省市场监督管理", "湖北省市坊监督管理局", "湖北省市场监管局"]
)
def test_slips_in_what_all_names_share_are_forgiven(name):
    assert state(seal(name)) is SealState.MET


def test_a_line_that_nobody_could_read_makes_the_right_name_doubtful():
    verdict = check(doc(page("", seals=[seal(crossed=True)])), WANTED)
    assert verdict.state is SealState.UNCLEAR
    assert "中部文字未能辨认" in verdict.detail


def test_another_reading_of_the_ring_may_be_the_right_one():
    assert state(seal("湖化省币场监管理局", candidates=(HUBEI,))) is SealState.MET


@pytest.mark.parametrize("name", [SICHUAN, CITY, "深圳前海某某科技有限公司"])
def test_a_well_read_other_body_is_wrong(name):
    verdict = check(doc(page("", seals=[seal(name)])), WANTED)
    assert verdict.state is SealState.WRONG
    assert name in verdict.detail


@pytest.mark.parametrize("name", OTHERS)
def test_no_other_province_is_ever_taken_for_the_right_one(name):
    assert state(seal(name)) in {SealState.WRONG, SealState.UNCLEAR}


def test_one_character_apart_is_not_met():
    assert state(seal(HUNAN)) is not SealState.MET


def test_one_character_apart_read_exactly_is_wrong():
    assert state(seal(HUNAN)) is SealState.WRONG


@pytest.mark.parametrize(
    "name", ["", "市场监督管理局", "省市场监督管理局", "湖", "湖北", "湖北省", "北省市场", "监督管理局"]
)
def test_a_truncated_reading_is_neither_right_nor_wrong(name):
    assert state(seal(name)) is SealState.UNCLEAR


@given(st.integers(0, 9), st.integers(1, 10))
def test_no_cut_of_the_right_name_is_wrong(start, length):
    assert state(seal(HUBEI[start : start + length])) is not SealState.WRONG


@settings(deadline=None)  # a guard of results, not of the clock
@given(st.sampled_from(OTHERS), st.integers(0, 9), st.integers(1, 10))
def test_no_cut_of_another_name_is_met(name, start, length):
    cut = name[start : start + length]
    assume(cut not in HUBEI)
    assert state(seal(cut)) is not SealState.MET


def test_a_ring_whose_first_character_is_lost_is_neither_of_two_provinces():
    assert state(seal("北省市场监督管理局")) is SealState.UNCLEAR


def test_a_poor_reading_of_a_stranger_is_unclear():
    for score, said in ((0.3, SealState.UNCLEAR), (0.7, SealState.UNCLEAR), (0.8, SealState.WRONG)):
        assert state(seal("深圳前海某某科技有限公司", name_score=score)) is said


def test_a_special_seal_is_wrong_where_it_was_read_and_unclear_else():
    assert state(seal(HUBEI, official=False, inner="合同专用章")) is SealState.WRONG
    assert state(seal("", official=False, name_score=0.0)) is SealState.UNCLEAR


def test_one_right_seal_among_others_suffices():
    assert state(seal(SICHUAN), seal(""), seal(HUBEI)) is SealState.MET


def test_an_unclear_seal_outweighs_a_wrong_one():
    assert state(seal(SICHUAN), seal("")) is SealState.UNCLEAR


def test_no_seal_on_pages_seen_well_is_missing():
    assert check(doc(page("a"), page("b", 2)), WANTED).state is SealState.MISSING


@pytest.mark.parametrize(
    "hidden",
    [
        facts([page("a", faint=[seal("").model_dump()])], Form.SCAN),
        facts([page("a", seals_seen=False)], Form.SCAN),
        facts([page("a")], Form.SCAN, truncated=True),
    ],
)
def test_what_was_not_seen_well_is_unclear_not_missing(hidden):
    assert check(doc(*hidden.pages, content=hidden), WANTED).state is SealState.UNCLEAR


def test_a_picture_of_a_seal_in_a_born_digital_file_is_unclear():
    assert state(seal(), form=Form.DIGITAL) is SealState.UNCLEAR
    assert state(seal(method="pdf-signature", valid=True), form=Form.DIGITAL) is SealState.MET


def test_a_signature_that_failed_its_check_is_not_met():
    assert state(seal(method="ofd-signature", valid=False), form=Form.DIGITAL) is SealState.UNCLEAR


def test_the_seal_of_the_letter_beside_the_table_counts():
    table = doc(page("表"), beside=[page("函", seals=[seal()])])
    assert check(table, WANTED).state is SealState.MET


def test_either_of_two_bodies_will_do():
    assert check(doc(page("", seals=[seal(CITY)])), Bodies((HUBEI, CITY), OTHERS)).state is SealState.MET


NEAR = (r"^.{2,12}省(药品监督管理|科学技术)(局|厅)$", r"^.{1,6}[市县]市场监督管理局$")


@pytest.mark.parametrize("name", ["湖北省药品监督管理局", "湖北市市场监督管理局"])
def test_a_body_of_nearly_that_name_is_not_that_body(name):
    """Its own words carry little weight, so that the pattern, not the weight, has to tell it apart."""
    wanted = Bodies((HUBEI,), OTHERS, NEAR)
    assert check(doc(page("", seals=[seal(name)])), wanted).state is SealState.WRONG
    assert check(doc(page("", seals=[seal(name, name_score=0.3)])), wanted).state is SealState.UNCLEAR
    assert check(doc(page("", seals=[seal(HUBEI)])), wanted).state is SealState.MET


def test_a_body_of_the_same_place_is_not_that_body():
    """Where the place weighs all and the rest little, the whole names have to be alike too."""
    others = tuple(f"上海市{place}区人民政府" for place in ("闵行", "松江", "宝山", "嘉定", "青浦", "奉贤"))
    wanted = Bodies(("上海市徐汇区人民政府",), others)
    read = seal("上海市徐汇区科学技术委员会")
    assert check(doc(page("", seals=[read])), wanted).state is not SealState.MET
    assert check(doc(page("", seals=[seal("上海市徐汇区人民政府")])), wanted).state is SealState.MET


@pytest.mark.parametrize(
    ("seal", "decision"),
    [
        (Seal(page=1, box=(0, 0, 1, 1), name="湖北省市场监督管理局", name_score=0.95), Whose.RIGHT),
        (Seal(page=1, box=(0, 0, 1, 1), name="河南省市场监督管理局", name_score=0.97), Whose.ANOTHER),
        (
            Seal(page=1, box=(0, 0, 1, 1), name="湖北省市场监督管理局", name_score=0.95, inner="合同专用章", official=False),
            Whose.NOT_OFFICIAL,
        ),
        (Seal(page=1, box=(0, 0, 1, 1), shape=Shape.SQUARE, official=False), Whose.UNKNOWN),
        (Seal(page=1, box=(0, 0, 1, 1)), Whose.UNKNOWN),
    ],
)
def test_a_decision_goes_no_further_than_the_reading(seal, decision):
    assert whose(seal, WANTED, WANTED.weights()) is decision


TIANJIN, BEIJING = "天津市市场监督管理委员会", "北京市市场监督管理局"
PLACES = Bodies(
    (TIANJIN,), (BEIJING, HUBEI, HUNAN, SICHUAN), (r"^(?!(天津|北京)市市).{1,24}[市县]市场监督管理(局|委员会)$",)
)


@pytest.mark.parametrize("name", ["天潭市市场监督管理委员会", "天律市市场监督管理委员会", "大津市市场监督管理委员会"])
def test_one_misread_sign_makes_no_other_city(name):
    read = check(doc(page("", seals=[seal(name, name_score=0.98)])), PLACES)
    assert read.state is SealState.UNCLEAR


@pytest.mark.parametrize(
    "name", ["天门市市场监督管理委员会", "南京市市场监督管理局", "武汉市市场监督管理局", "蓟县市场监督管理委员会"]
)
def test_a_real_place_is_another_body(name):
    wanted = Bodies((TIANJIN, BEIJING), (HUBEI, HUNAN), PLACES.impostors)
    assert check(doc(page("", seals=[seal(name)])), wanted).state is SealState.WRONG


def test_one_misread_sign_is_never_met_either():
    near = Bodies((BEIJING,), (TIANJIN, HUBEI), PLACES.impostors)
    assert check(doc(page("", seals=[seal("北凉市市场监督管理局")])), near).state is SealState.UNCLEAR


def test_two_slips_in_a_blurred_ring_are_no_other_body():
    """广西壮族自治区 read as 广西北族八治区 looks like some district's bureau; only a sure reading is one."""
    wanted = "广西壮族自治区市场监督管理局"
    bodies = Bodies((wanted,), ("湖南省市场监督管理局",), (r"^.{2,24}[市区县]市场监督管理局$",))
    for score, state in ((0.88, SealState.UNCLEAR), (0.99, SealState.WRONG)):
        read = seal("广西北族八治区市场监督管理局", name_score=score)
        assert check(doc(page("", seals=[read])), bodies).state is state


def test_another_rank_beside_other_slips_is_another_body():
    """A city's bureau is not the province's, however its city's name was read."""
    wanted = "辽宁省市场监督管理局"
    bodies = Bodies((wanted,), ("湖南省市场监督管理局",), (r"^.{2,24}[市区县]市场监督管理局$",))
    read = seal("汉阳市市场监督管理局", name_score=0.9)
    assert check(doc(page("", seals=[read])), bodies).state is SealState.WRONG


@pytest.mark.parametrize(
    "name", ["广西族治区市场监督管理局", "广西壮族自区市场监督管理局", "广西壮族治区市场监督管理局"]
)
def test_signs_left_out_make_no_district_of_an_autonomous_region(name):
    wanted = Bodies(("广西壮族自治区市场监督管理局",), (HUBEI, HUNAN), (r"^.{1,24}[市县区]市场监督管理(局|委员会)$",))
    assert whose(seal(name, name_score=0.98), wanted, wanted.weights()) is Whose.RIGHT


@pytest.mark.parametrize(("score", "decision"), [(0.9, Whose.UNKNOWN), (0.97, Whose.ANOTHER)])
@pytest.mark.parametrize(
    "name", ["湖北省武汉市市场监督管理局", "湖北省江岸区市场监督管理局", "湖北省市场监督管理局江岸区分局"]
)
def test_a_bureau_below_has_every_sign_of_the_one_above_and_is_another(name, score, decision):
    patterns = (*NEAR, r"^.{1,24}[市区县]市场监督管理局$", r"市场监督管理局.{1,12}分局$")
    wanted = Bodies((HUBEI,), OTHERS, patterns)
    assert whose(seal(name, name_score=score), wanted, wanted.weights()) is decision
    either = Bodies((HUBEI, name), OTHERS, patterns)
    assert whose(seal(name, name_score=score), either, either.weights()) is Whose.RIGHT


FIRM = "泽城恒源物流有限公司"


@pytest.mark.parametrize(
    "name", ["泽城恒源物流有限公司上海分公司", "泽城恒源冷链物流有限公司", "泽城恒源物流股份有限公司"]
)
def test_a_name_with_more_in_it_is_not_claimed_to_be_the_shorter_one(name):
    wanted = Bodies((FIRM,), (HUBEI,))
    assert whose(seal(name), wanted, wanted.weights()) is Whose.UNKNOWN
    read = seal("恒源物公司", candidates=(name,))
    assert whose(read, wanted, wanted.weights()) is not Whose.RIGHT


@pytest.mark.parametrize(
    "name",
    ["泽城恒源物流有限责任公司", "泽城恒源物流有限公司限公司", "泽城恒源物流有限公司一二", "口中泽城恒源物流有限公司"],
)
def test_print_around_a_name_and_signs_read_twice_are_no_other_body(name):
    wanted = Bodies((FIRM,), (HUBEI,))
    assert whose(seal(name), wanted, wanted.weights()) is Whose.RIGHT


@pytest.mark.parametrize("name", ["上海恒源物流有限公司", "泽城恒源食品有限公司"])
def test_two_signs_read_surely_as_others_are_no_slips(name):
    wanted = Bodies((FIRM,), (HUBEI,))
    assert whose(seal(name, name_score=0.97), wanted, wanted.weights()) is Whose.UNKNOWN
    assert whose(seal(name, name_score=0.9), wanted, wanted.weights()) is Whose.RIGHT
    assert whose(seal(name, name_score=0.97, candidates=(FIRM,)), wanted, wanted.weights()) is Whose.RIGHT
    assert whose(seal(FIRM.replace("源", "原"), name_score=0.97), wanted, wanted.weights()) is Whose.RIGHT
