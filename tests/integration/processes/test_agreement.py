"""An agreement is signed once, and only in exactly the version that was approved, whichever way somebody tries."""

import pytest
from at_once import at_once
from played import shanghai
from settled import GU, MO, TAN, WEN, Settling, signature
from settlement import CASE, PREPARED, REMEDIES
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DatabaseError

from engine.errors import AlreadyCompleted, NotCorrelated, NotFound, SeparationOfDuties
from engine.run import instances, messages, tasks
from engine.values import Actor, StandIn
from processes.agreements import keeping, verifying
from processes.agreements.schema import DbAgreement, DbAgreementPaper, DbAgreementSigning
from processes.cases.schema import DbCase, DbDocument
from processes.settings import Settings

pytestmark = [pytest.mark.seconds(14), pytest.mark.one_database]


@pytest.fixture
def case(open_database):
    return Settling(open_database, Settings(password_cost="low"), shanghai("2026-11-02T10:00"))


@pytest.fixture
def offered(case):
    """The text is frozen; somebody has it signed."""
    case.begin()
    case.offer()
    assert case.open_tasks() == ["UT_Sign"]
    return case


def paid(case):
    return "Pay" in case.open_tasks()


@pytest.mark.both_databases
def test_what_was_approved_is_signed_frozen_and_paid(offered):
    offered.draw()
    assert not paid(offered)  # one side alone is not enough
    offered.do("UT_CounterSign", GU, **offered.counter())
    assert offered.open_tasks() == ["Pay"]
    assert (offered.variable("agreement_status"), offered.variable("agreed_amount")) == ("signed", "3600.50")
    with offered.database.reading() as session:
        agreement = session.scalars(select(DbAgreement)).one()
        assert agreement.number == "SC-2026-000001-1"
        assert "3,600.50 元（大写：叁仟陆佰元伍角）" in agreement.text
        assert (agreement.signing.way, agreement.signing.by, agreement.signing.data["on"]) == (
            "drawn",
            "gu",
            "2026-11-02",
        )
        papers = {each.kind: each.sha256 for each in session.scalars(select(DbAgreementPaper))}
        document = session.get(DbDocument, offered.variable("agreement_document")["id"])
        assert document.sha256 == papers["signed"] != papers["offered"]
    assert [name for name, _ in offered.documents()] == ["SC-2026-000001-1-offered.pdf", "SC-2026-000001-1-signed.pdf"]


@pytest.mark.both_databases
def test_the_agreements_of_all_rounds_of_a_case_have_numbers_of_their_own(offered):
    with offered.database.reading() as session:
        case = session.scalars(select(DbCase)).one()
        assert keeping.next_number(session, case, offered.instance + 1) == "SC-2026-000001-2"
        assert keeping.get(session, offered.instance).number == "SC-2026-000001-1"
        with pytest.raises(NotFound):  # which has none of its own
            keeping.get(session, offered.instance + 1)


def test_a_plan_made_anew_before_the_signing_blocks_it(offered):
    with offered.database.transaction() as session:
        messages.correlate(session, "PlanAnew", instance_id=offered.instance, payload={}, by=TAN)
    offered.draw()
    assert offered.open_tasks() == ["Again"]
    assert "version 2" in offered.variable("change_reason")
    assert offered.record("approval_void")[0]["plan_version"] == 1


def test_a_plan_made_anew_between_both_signatures_blocks_the_second(offered):
    offered.draw()
    with offered.database.transaction() as session:
        messages.correlate(session, "PlanAnew", instance_id=offered.instance, payload={}, by=TAN)
    offered.do("UT_CounterSign", GU, **offered.counter())
    assert offered.open_tasks() == ["Again"]
    with offered.database.reading() as session:
        assert session.scalars(select(DbAgreementSigning)).all() == []


def test_nobody_signs_what_was_refused_whatever_the_diagram_hands_over(case):
    case.begin(approved="plan_version", decision="refuse", approved_amount="9999.00")
    case.offer()
    assert case.open_tasks() == ["Again"]
    assert "no approval of version 1" in case.variable("change_reason")


def test_variables_changed_by_hand_do_not_open_a_way(offered):
    scope = scope_of(offered)
    dearer = [{**REMEDIES[0], "amount": "99999.00"}]
    with offered.database.transaction() as session:
        changes = {"remedies": dearer, "approved_amount": "99999.00"}
        instances.set_variables(
            session, offered.instance, changes, by=Actor("ma", admin=True), reason="a test", scope=scope
        )
    offered.draw()
    assert offered.open_tasks() == ["Again"]
    why = offered.variable("change_reason")
    assert "¥99,999.00, approved are ¥3,600.50" in why
    assert "frozen from another plan" in why


@pytest.mark.both_databases
def test_another_text_than_the_frozen_one_is_not_signed(offered):
    offered.do("UT_Sign", TAN, **{**offered.drawn(), "signed_sha256": "0" * 64})
    assert "not the text that was shown" in offered.variable("change_reason")


@pytest.mark.parametrize("missing", ["house_signature", "patient_signature"])
def test_a_side_that_has_not_signed_is_missed(offered, missing):
    offered.do("UT_Sign", TAN, **{**offered.drawn(), **({missing: None} if missing.startswith("patient") else {})})
    answers = {**offered.counter(), **({missing: None} if missing.startswith("house") else {})}
    offered.do("UT_CounterSign", GU, **answers)
    assert offered.open_tasks() == ["Again"]
    assert f"Not signed: {missing}" in offered.variable("change_reason")


def test_no_message_signs(offered):
    payload = {"agreement_status": "signed", "sign_result": "drawn", "house_signature": signature("gu")}
    for name in ("MsgAccept", "UT_Sign", "UT_CounterSign", "agreement.sign"):
        with pytest.raises(NotCorrelated), offered.database.transaction() as session:
            messages.correlate(session, name, instance_id=offered.instance, payload=payload, by=GU)
    assert offered.open_tasks() == ["UT_Sign"]


def test_a_substitute_signs_for_the_leader_only_what_was_approved(offered):
    offered.draw()
    stand_in = Actor("han", frozenset({"nurse"}), stands_in=(StandIn("gu", frozenset({"leader"})),))
    with pytest.raises(NotFound):
        offered.do("UT_CounterSign", Actor("han", frozenset({"nurse"})), **offered.counter())
    with offered.database.transaction() as session:
        messages.correlate(session, "PlanAnew", instance_id=offered.instance, payload={}, by=TAN)
    offered.do("UT_CounterSign", stand_in, **offered.counter())
    assert offered.open_tasks() == ["Again"]


def test_wanting_other_terms_voids_the_approval(offered):
    offered.do("UT_Sign", TAN, sign_result="changed", change_reason="分两期支付")
    assert (offered.variable("agreement_status"), offered.open_tasks()) == ("changed", ["Again"])
    offered.do("Again", TAN)  # the same plan, not approved anew
    offered.offer()
    assert offered.open_tasks() == ["Again"]
    assert "no approval of version 1 that still holds" in offered.variable("change_reason")


def test_a_refusal_keeps_reason_and_witness_and_the_approval(offered):
    offered.do("UT_Sign", TAN, sign_result="refused", refusal_reason="金额太低", refusal_witness="陪护张某")
    [told] = offered.record("agreement_refused")
    assert (told["refusal_reason"], told["refusal_witness"]) == ("金额太低", "陪护张某")
    offered.do("Again", TAN)
    offered.offer()
    assert offered.open_tasks() == ["UT_Sign"]  # offered anew, under a number of its own
    assert offered.variable("agreement_no") == "SC-2026-000001-2"


def test_whoever_uploads_the_scan_does_not_compare_it(offered):
    with offered.database.transaction() as session:
        kept = keeping.documents.store(
            session, keeping.documents.look("scan.pdf", b"%PDF-1.4 scan", Settings()), by=TAN, settings=Settings()
        )
        scan = [keeping.documents.as_value(kept)]
    signed = {"sign_result": "paper", "signing_place": "接待室", "signed_on": "2026-11-02", "signed_scan": scan}
    offered.do("UT_Sign", TAN, **signed, signed_sha256=offered.sha256)
    compared = {"scan_result": "same", "scan_signature": signature("wen", "password")}
    for who in (TAN, Actor("tan", frozenset(), stands_in=(StandIn("wen", frozenset({"after_sales"})),))):
        with pytest.raises(SeparationOfDuties):
            offered.do("UT_CheckScan", who, **compared)
    offered.do("UT_CheckScan", WEN, **compared)
    assert offered.open_tasks() == ["Pay"]
    with offered.database.reading() as session:
        assert session.scalars(select(DbAgreementSigning.data)).one()["on"] == "2026-11-02"


@pytest.mark.both_databases
def test_two_who_sign_at_once_one_counts(offered):
    offered.draw()
    task, answers = offered.open_task("UT_CounterSign"), offered.counter()

    def sign(who):
        with offered.database.transaction() as session:
            tasks.complete(session, task, by=who, answers=answers)
        return who.id

    outcomes = at_once(lambda: sign(GU), lambda: sign(MO))
    [winner] = [each for each in outcomes if not isinstance(each, AlreadyCompleted)]
    offered.work()
    with offered.database.reading() as session:
        assert session.scalars(select(DbAgreementSigning.by)).all() == [winner]
    assert offered.open_tasks() == ["Pay"]


@pytest.mark.both_databases
def test_nothing_of_it_is_ever_changed(offered):
    offered.draw()
    offered.do("UT_CounterSign", GU, **offered.counter())
    acts = [
        update(DbAgreement).values(amount="1.00"),
        update(DbAgreementSigning).values(way="paper"),
        update(DbAgreementPaper).values(sha256="0" * 64),
        delete(DbAgreementPaper),
        delete(DbAgreementSigning),
        update(DbDocument).values(content=b"%PDF-1.4 another"),
    ]
    for act in acts:
        with (
            pytest.raises(DatabaseError, match=r"append-only|bytes of a document"),
            offered.database.transaction() as it,
        ):
            it.execute(act)


@pytest.mark.both_databases
def test_anyone_with_the_paper_learns_whether_it_was_signed(offered):
    [(_, text_file)] = offered.documents()
    assert asked(offered, text_file).kind == "unknown"  # nobody has signed it yet
    offered.draw()
    offered.do("UT_CounterSign", GU, **offered.counter())
    signed_file = offered.documents()[1][1]
    assert asked(offered, text_file) == verifying.Verdict("text", "2026-11-02")
    assert asked(offered, signed_file) == verifying.Verdict("signed", "2026-11-02")
    assert asked(offered, signed_file + b"\n").kind == "altered"
    assert asked(offered, b"%PDF-1.4 something else").kind == "unknown"


def asked(case, content):
    pieces = (content[start : start + 1000] for start in range(0, len(content), 1000))
    with case.database.reading() as session:
        return verifying.judge(session, verifying.look_at(pieces))


def scope_of(case):
    """The token of the called process."""
    with case.database.reading() as session:
        return session.scalar(text("SELECT scope FROM variable WHERE name = 'agreement_sha256'"))


@pytest.mark.parametrize("lacking", ["due", "executor", "kind"])
def test_a_plan_that_lacks_what_an_agreement_says_is_not_offered(case, lacking):
    case.begin(remedies=[{**REMEDIES[0], lacking: None}])
    case.offer()
    assert case.open_tasks() == ["Again"]
    assert f"lacks {lacking}" in case.variable("change_reason")


def test_an_agent_is_named_in_the_text(case):
    case.begin()
    case.do(
        "UT_Prepare", TAN, **{**PREPARED, "agent_name": "何勇", "agent_relation": "父亲", "authorisation": [{"id": 1}]}
    )
    assert "乙方代理人：何勇（与乙方关系：父亲），持授权书" in case.variable("agreement_text")
    assert case.variable("agreement_signer_name") == "何勇"
    assert CASE["facts"] in case.variable("agreement_text")


def test_an_agent_without_an_authorisation_is_not_offered_a_text(case):
    case.begin()
    case.do("UT_Prepare", TAN, **{**PREPARED, "agent_name": "何勇", "authorisation": []})
    assert case.open_tasks() == ["Again"]
    assert "何勇 has no authorisation" in case.variable("change_reason")


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({"signed_on": "2026-11-01"}, "is not signed on 2026-11-01"),
        ({"signed_on": "2026-11-03"}, "is not signed on 2026-11-03"),
        ({"present_house": list("甲乙丙丁戊己")}, "More than 5 people"),
        ({"signed_on": None, "present_house": list("甲乙丙丁戊")}, None),
    ],
)
def test_a_signing_has_its_day_and_its_people(offered, answers, why):
    offered.do("UT_Sign", TAN, **{**offered.drawn(), **answers})
    offered.do("UT_CounterSign", GU, **offered.counter())
    assert offered.open_tasks() == (["Again"] if why else ["Pay"])
    assert why is None or why in offered.variable("change_reason")
