"""Procedures: what a folder's declaration says beside its diagrams, tables and forms."""

from collections.abc import Mapping, Sequence

from engine import Json, Session, compile_expression
from processes.cases.schema import DbCase
from processes.procedures.model import Clock, Fact, LineKind, Procedure, Readers, Registration


def _named(text: str) -> Mapping[str, str]:
    return {"en": text, "zh": text}


def _fact(name: str, value: str, *marks: str, kind: LineKind = "text") -> Fact:
    return Fact(
        name=name,
        label=_named(name),
        value=value,
        kind=kind,
        role=next((mark for mark in ("complainant", "company", "phone", "email", "product") if mark in marks), ""),
        searched="searched" in marks,
        filtered="filtered" in marks,
        veiled="veiled" in marks,
    )


SALES = Procedure(
    key="kb_sales_quality",
    shared=False,
    name=_named("Complaints about goods"),
    prefix="KB",
    registration=Registration("complaint_intake", frozenset({"intake"})),
    readers=Readers(frozenset({"manager"})),
    case={
        "title": "=case_title",
        "description": "=description",
        "received": "=received_at",
        "severity": "=severity",
        "priority": "=priority",
        "unit": "=responsible_unit if responsible_unit != null else confirmed_unit",
        "outcome": "=outcome",
        "owner": "=owner",
        "language": "=customer_language",
    },
    clocks=(
        Clock(
            name="reply",
            label=_named("Written reply"),
            start="=received_at",
            rule="=deadline",
            stops="reply_sent_at",
            sets={
                "nominal": "reply_nominal_due",
                "due": "reply_effective_due",
                "warn": "reply_warn_at",
                "l2": "esc_l2_at",
                "l3": "esc_l3_at",
                "provisional": "deadline_provisional",
            },
            tell={
                "warn": ("owner", "dept_head"),
                "breach": ("owner", "dept_head"),
                "l2": ("gm_office",),
                "l3": ("gm",),
            },
        ),
    ),
    facts=(
        _fact("channel", "=channel", "filtered"),
        _fact("complaint_type", "=complaint_type", "filtered"),
        _fact("complainant_kind", "=complainant_kind"),
        _fact("complainant", "=name", "complainant", "searched"),
        _fact("company", "=company", "company", "searched"),
        _fact("phone", "=phone", "phone", "searched", "veiled", kind="contact"),
        _fact("email", "=email", "email", "searched", "veiled", kind="contact"),
        _fact("product", "=product_model", "product", "searched"),
        _fact("serial_no", "=serial", "searched"),
        _fact("lot_no", "=lot_no", "searched", "filtered"),
        _fact("order_no", "=order_no", "searched", "filtered"),
        _fact("redo_count", "=redo_count if redo_count > 0 else null", kind="number"),
    ),
)
"""Stands here until the folder has its declaration."""


def of_instance(_session: Session, _instance_id: int) -> Procedure:
    """The procedure that an instance follows."""
    return SALES


def of_case(session: Session, case: DbCase) -> Procedure:
    """The procedure that a case follows."""
    return of_instance(session, case.instance_id)


def current(_session: Session) -> Sequence[Procedure]:
    """The newest version of each procedure."""
    return (SALES,)


def evaluate(session: Session, _procedure: Procedure, expression: str, variables: Mapping[str, Json]) -> Json:
    """The value of an expression of the declaration over the variables of a case; unknown variables are null."""
    return compile_expression(expression).evaluate(variables.get, session.runtime.functions)
