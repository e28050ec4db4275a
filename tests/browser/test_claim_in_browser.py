"""A claim on a delivered lot by hand, from the office to the archive, each person at a browser of their own."""

from pathlib import Path

import pytest
from by_hand import Play, cast, ways

from engine import SYSTEM
from processes.shipments import listing

pytestmark = pytest.mark.seconds(20)

SCENARIOS = Path("processes/op_quality_claim/scenarios")
GROUPS = {
    "office": ("办公室", "欧阳主任"),
    "qa_finished": ("质管部成品科", "钟质检"),
    "workshop": ("车间", "任主任"),
    "warehouse": ("仓库", "孟主管"),
    "purchasing": ("采购", "潘采购"),
    "op_manager": ("经理", "关经理"),
    "finance": ("财务", "阮会计"),
}


OF_A_CLAIM = {
    *("UT_Accept", "UT_FieldSurvey", "UT_FillForm", "UT_QaInvestigate", "UT_JointInvestigate", "UT_JointCause"),
    *("UT_UnitProposal", "UT_Proposal", "UT_Execute", "UT_ConfirmDone"),
}
"""What no shared process asks; its tasks are done on their pages by the people of a sales case."""


@pytest.mark.parametrize("shared", ways())
def test_v10_a_claim_whose_cause_three_units_find(house, visit, shared):
    with house.database.transaction() as session:
        listing.import_csv(session, (SCENARIOS / "shipments.csv").read_bytes(), by=SYSTEM)
    path, people = SCENARIOS / "v10_claim_cause_not_found.yaml", cast(house, GROUPS)
    play = Play(
        house,
        visit,
        path,
        "OP-2026-000001",
        at="/register/op_quality_claim",
        people=people,
        ways=shared,
        listed=False,
        by_hand=OF_A_CLAIM,
    )
    play.walk()
    assert play.open() == []
