"""The name that was meant: none is told where the nearest one is another name."""

import pytest

from engine.spelling import likeliest, meant, slips_of

MEANT = [
    ("reply_sent", ["reply_unit", "reply_sent_at"], "reply_sent_at"),
    ("Manager", ["manager"], "manager"),
    ("joinedUnits", ["joined_units"], "joined_units"),
    ("units_joint", ["joint_units"], "joint_units"),
    ("F41.form", ["F40", "F41"], "F41"),
    ("D01_cc_route.dmn", ["D01_cc"], "D01_cc"),
    ("letters/TPL-END.zh.txt", ["TPL-END"], "TPL-END"),
    ("F14", ["F13", "F41"], "F41"),
    ("GC-A4-11", ["GC-A4-1", "GC-A8-1"], "GC-A4-1"),
    ("recieved_ta", ["received_at"], "received_at"),
    ("regulator", ["regulation"], "regulation"),
    ("reply", ["replies"], "replies"),
    ("lock", ["look"], "look"),
]
OTHERS = [
    ("move", ["moved_to", "move_targets"]),
    ("reply_sent", ["reply_unit"]),
    ("GC-A4-1", ["GC-A8-1", "GC-A4-2"]),
    ("F42", ["F40", "F41"]),
    ("ca", ["qc", "co"]),
    ("day", ["may"]),
    ("x" * 200, ["x" * 199]),
]


@pytest.mark.parametrize(("name", "known", "near"), MEANT)
def test_the_name_that_was_meant(name, known, near):
    assert likeliest(name, known) == near


@pytest.mark.parametrize(("name", "known"), OTHERS)
def test_another_name_is_not_meant(name, known):
    assert meant(name, known) == ""


def test_slips_are_counted_up_to_a_bound():
    assert slips_of("kitten", "sitting", 3) == 3
    assert slips_of("severity", "sevreity", 2) == 1
    assert slips_of("severity", "description", 2) > 2
