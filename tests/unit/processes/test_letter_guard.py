"""What the guard does with a sentence that may promise too much: as the setting says; what is sure is blocked always."""

from datetime import UTC, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from engine.errors import BpmnError
from processes.cases import register
from processes.shared.reply.services import EVERY_LETTER, guard_reply

OFFICE = SimpleNamespace(zone=ZoneInfo("Asia/Shanghai"))
LETTER = {
    "plan_version": 1,
    "approved_plan_version": 1,
    "approved_amount": None,
    "remedies": [{"kind": "exchange", "quantity": 12, "worth": "3600.00", "promised_date": "2026-11-09"}],
    "solution": "更换 12 件。",
    "fault_statement": "ours",
    "reply_channel": "email",
    "reply_unit": "sales",
    "written_channels": ["email"],
    "reply_solution": "更换 12 件。",
}
FINE, DOUBTFUL, SURE = "模温联锁。", "我司将优先考虑贵司的样品。", "免费保修三年。"


@pytest.fixture
def guard(monkeypatch):
    """Hands a letter to the guard; it belongs to no case, so nothing is kept."""
    monkeypatch.setattr(register, "find_of_step", lambda *_: None)

    def hand(text, how):
        inputs = LETTER | {"reply_prevention": text, "letter_guard": how}
        call = SimpleNamespace(inputs=inputs, variables={}, now=datetime(2026, 11, 2, tzinfo=UTC))
        try:
            return guard_reply(OFFICE, None, call)["letter_doubts"] or "sent"
        except BpmnError as blocked:
            return f"blocked {blocked}"

    return hand


@pytest.mark.parametrize(
    ("how", "fine", "doubtful"),
    [
        ("strict", "sent", "blocked"),
        ("ask", "sent", "The letter may promise"),
        ("always", EVERY_LETTER, "The letter may promise"),
        ("lenient", "sent", "sent"),
    ],
)
def test_what_is_unsure_is_blocked_read_first_or_noted(guard, how, fine, doubtful):
    assert guard(FINE, how) == fine
    assert guard(DOUBTFUL, how).startswith(doubtful)
    assert guard(SURE, how).startswith("blocked")
