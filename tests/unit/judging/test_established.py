"""Who recommends (established.py): letter, then seal, then table, then form; never the sender."""

from shoufa.domain.codes import Form
from shoufa.judging.bodies import Register, Standing
from shoufa.judging.established import establish
from shoufa.judging.segments import documents
from unit.judging.build import (
    CITY,
    HUBEI,
    HUNAN,
    SICHUAN,
    application,
    call,
    case,
    group,
    letter,
    seal,
    summary,
    verdict,
)

REGISTER = Register(group())


def found(papers, register=REGISTER, of=None):
    made = establish(documents(case(papers).pieces, call()), register, of or call())
    return made.standing, made.name, made.by


def test_the_letters_signature_first():
    papers = {"a.pdf": letter(issuer=HUBEI, seals=[seal(HUNAN)]), "b.xlsx": summary((), by=SICHUAN)}
    assert found(papers) == (Standing.ENTITLED, HUBEI, "letter")


def test_then_its_seal():
    papers = {"a.pdf": letter(issuer="本局", seals=[seal(HUNAN)]), "b.xlsx": summary((), by=SICHUAN)}
    assert found(papers) == (Standing.ENTITLED, HUNAN, "seal")


def test_then_the_table():
    papers = {
        "a.pdf": letter(issuer="本局", seals=[]),
        "b.docx": application(),
        "c.xlsx": summary((), by=SICHUAN),
    }
    assert found(papers) == (Standing.ENTITLED, SICHUAN, "table")


def test_the_form_counts_only_where_no_letter_is_asked_for():
    without = call(materials=[m.model_dump() for m in call().materials if m.kind.value != "letter"])
    assert found({"b.docx": application()}, of=without) == (Standing.ENTITLED, HUBEI, "form")
    assert found({"b.docx": application()})[0] is Standing.UNKNOWN


def test_a_special_seal_establishes_nobody():
    papers = {"a.pdf": letter(issuer="本局", seals=[seal(HUNAN, official=False)])}
    assert found(papers)[0] is Standing.UNKNOWN


def test_the_entitled_letter_wins_over_the_citys():
    papers = {"a.pdf": letter(issuer=CITY), "b.pdf": letter(issuer=HUBEI)}
    assert found(papers) == (Standing.ENTITLED, HUBEI, "letter")


def test_a_citys_letter_alone_is_not_entitled():
    assert found({"a.pdf": letter(issuer=CITY, seals=[])})[:2] == (Standing.NOT_ENTITLED, CITY)


def test_nobody_is_unknown_and_no_sender_changes_it():
    assert found({"a.pdf": letter(issuer="本局", seals=[])})[0] is Standing.UNKNOWN
    judged = verdict(({"a.pdf": letter(issuer="本局", seals=[])}, {"sender": "zhang@r0.example"}))
    assert judged.recommender is None


def test_a_seal_on_a_list_of_one_body():
    alone = Register(group(members=[{"code": "1", "name": HUBEI}]))
    assert found({"a.pdf": letter(Form.SCAN, issuer="本局")}, alone) == (Standing.ENTITLED, HUBEI, "seal")


WITHOUT_LETTER = call(materials=[m.model_dump() for m in call().materials if m.kind.value != "letter"])


def form(*seals, **said):
    return application(form=Form.SCAN, seals=list(seals), **said)


def test_without_a_letter_the_seal_on_a_form_or_a_table_establishes():
    silent = {"推荐单位": ""}
    assert found({"a.pdf": form(seal(HUNAN), **silent)}, of=WITHOUT_LETTER) == (Standing.ENTITLED, HUNAN, "seal")
    table = summary((("甲", "乙"),), Form.SCAN, [seal(SICHUAN)], by="")
    assert found({"a.pdf": table}, of=WITHOUT_LETTER) == (Standing.ENTITLED, SICHUAN, "seal")


def test_seals_of_two_bodies_establish_neither():
    papers = {"a.pdf": form(seal(HUNAN), 推荐单位=""), "b.pdf": form(seal(SICHUAN), 推荐单位="")}
    assert found(papers, of=WITHOUT_LETTER)[0] is Standing.UNKNOWN


def test_where_a_letter_is_asked_for_a_seal_on_a_form_establishes_nobody():
    assert found({"a.pdf": form(seal(HUNAN), 推荐单位="")})[0] is Standing.UNKNOWN


def test_an_electronic_seal_that_does_not_hold_establishes_nobody():
    failed = seal(HUNAN, method="pdf-signature", valid=False)
    assert found({"a.pdf": letter(issuer="本局", seals=[failed])})[0] is Standing.UNKNOWN


def test_a_seal_of_a_bureau_below_establishes_none_above():
    """It has every sign of the bureau above, and more."""
    below = HUBEI.replace("省", "省江岸区")
    papers = {"a.pdf": letter(issuer="本局", seals=[seal(below)])}
    assert found(papers)[0] is not Standing.ENTITLED


def test_a_slip_is_forgiven_a_name_with_more_in_it_is_another():
    long = HUBEI.replace("湖北省", "新疆生产建设兵团")
    member = group().members[0].model_copy(update={"name": long})
    register = Register(group().model_copy(update={"members": (member,)}))
    assert register.entitled(long.replace("设", "没"))
    assert register.entitled(long.replace("兵团", "兵团一师")) is None
