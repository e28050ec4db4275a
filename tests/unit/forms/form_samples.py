"""Forms of the kind that the shipped procedures use, and the language they are written in."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.language.expressions import STANDARD_FUNCTIONS, compile_expression
from engine.language.patterns import Pattern, compile_pattern
from forms import Form, Outcome, accept, read_form

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 9, 30, 2, 20, tzinfo=UTC)


@dataclass(frozen=True)
class Compiled:
    expression: Any

    @property
    def names(self) -> frozenset[str]:
        return self.expression.names

    @property
    def guarded(self) -> frozenset[str]:
        return self.expression.guarded

    def evaluate(self, names: Mapping[str, Any]) -> Any:
        return self.expression.evaluate(names, STANDARD_FUNCTIONS)


class EngineLanguage:
    def compile(self, text: str) -> Compiled:
        return Compiled(compile_expression(text))

    def pattern(self, text: str) -> Pattern:
        return compile_pattern(text)


LANGUAGE = EngineLanguage()


def form_file(*components: Mapping[str, Any], **root: Any) -> bytes:
    return json.dumps({"type": "default", "id": "F00", "schemaVersion": 19, "components": components} | root).encode()


def read(*components: Mapping[str, Any], **root: Any) -> Form:
    form, problems = read_form(form_file(*components, **root), file="F00.form", language=LANGUAGE)
    assert form is not None, [str(each) for each in problems]
    return form


def problems_of(*components: Mapping[str, Any], **root: Any) -> list[str]:
    _, problems = read_form(form_file(*components, **root), file="F00.form", language=LANGUAGE)
    return [str(each) for each in problems]


def fill(form: Form, answers: Any, variables: Mapping[str, Any] | None = None, **more: Any) -> Outcome:
    return accept(form, answers, variables or {}, now=NOW, zone=ZONE, **more)


def errors_of(outcome: Outcome) -> dict[str, str]:
    return {path: message.code for path, message in outcome.errors.items()}


def field(kind, **more):
    return read({"type": kind, "id": "a", "key": "a", "label": "A", **more})


def one(form, value, **variables):
    outcome = fill(form, {"a": value}, variables)
    return errors_of(outcome).get("a") or outcome.values["a"]


def options(*values: str) -> list[dict[str, str]]:
    return [{"label": value.replace("_", " ").capitalize(), "value": value} for value in values]


def review() -> Form:
    """F07a: a decision as cards, and why."""
    return read(
        {"type": "text", "id": "title", "text": "# Review"},
        {
            "type": "radio",
            "id": "decision",
            "key": "review_decision",
            "label": "Your decision",
            "values": options("accept", "redo", "dispute"),
            "validate": {"required": True},
            "properties": {
                "cards": "true",
                "next.accept": "Next: you write the plan.",
                "next.dispute": "Next: both sides state their position. The clock keeps running.",
                "disabledWhen.redo": "=redo_count >= max_redo",
                "disabledReason.redo": "Used {{redo_count}} of {{max_redo}}.",
            },
        },
        {
            "type": "textarea",
            "id": "reason",
            "key": "review_reason",
            "label": "Reason",
            "description": "The general manager's office reads this first.",
            "conditional": {"hide": '=review_decision = "accept"'},
            "validate": {"required": True, "minLength": 10},
        },
        id="F07a",
    )


def plan() -> Form:
    """F05: remedies in rows, their total against what is approved."""
    return read(
        {"type": "text", "id": "title", "text": "# Plan"},
        {
            "type": "textfield",
            "id": "no",
            "key": "case_no",
            "label": "Case",
            "readonly": True,
        },
        {
            "type": "dynamiclist",
            "id": "remedies",
            "path": "remedies",
            "label": "Remedies",
            "properties": {
                "minRows": "1",
                "maxRows": "5",
                "rowLabel": "Remedy",
                "rule.1": "=sum([money(r.amount) for r in remedies]) <= money(approved_amount)",
                "ruleMessage.1": "Approved are {{approved_amount}}; these sum to {{sum([money(r.amount) for r in remedies])}}.",
            },
            "components": [
                {
                    "type": "select",
                    "id": "kind",
                    "key": "kind",
                    "label": "Kind",
                    "values": options("exchange", "compensation", "free_repair"),
                    "validate": {"required": True},
                    "layout": {"row": "r1", "columns": 6},
                },
                {
                    "type": "number",
                    "id": "quantity",
                    "key": "quantity",
                    "label": "Quantity",
                    "decimalDigits": 0,
                    "validate": {"min": 1, "max": 100000},
                    "conditional": {"hide": '=kind = "compensation"'},
                    "layout": {"row": "r1", "columns": 4},
                },
                {
                    "type": "number",
                    "id": "amount",
                    "key": "amount",
                    "label": "Amount",
                    "properties": {"money": "true", "requiredWhen": '=kind = "compensation"'},
                    "layout": {"row": "r1"},
                },
                {
                    "type": "datetime",
                    "id": "promised",
                    "key": "promised_date",
                    "subtype": "date",
                    "dateLabel": "Promised for",
                    "disallowPassedDates": True,
                    "validate": {"required": True},
                },
            ],
        },
        {
            "type": "expression",
            "id": "total",
            "key": "total",
            "expression": "=sum([money(r.amount) for r in remedies])",
            "properties": {"money": "true", "label": "Total"},
        },
        {
            "type": "checklist",
            "id": "manner",
            "key": "reply_manner",
            "label": "Manner of the reply",
            "values": options("letter", "e_mail", "fax", "portal"),
            "validate": {"required": True},
            "properties": {"chips": "true"},
        },
        id="F05",
    )


def joint() -> Form:
    """F08: shares that sum to 100, and a signature."""
    return read(
        {
            "type": "dynamiclist",
            "id": "parties",
            "path": "parties",
            "label": "Parties",
            "properties": {
                "minRows": "2",
                "rule.1": "=sum([p.share for p in parties]) = 100",
                "ruleMessage.1": "The shares must sum to 100 %.",
            },
            "components": [
                {
                    "type": "textfield",
                    "id": "name",
                    "key": "name",
                    "label": "Name",
                    "validate": {"required": True, "maxLength": 80},
                },
                {
                    "type": "number",
                    "id": "share",
                    "key": "share",
                    "label": "Share",
                    "decimalDigits": 1,
                    "appearance": {"suffixAdorner": "%"},
                    "validate": {"required": True, "min": 0, "max": 100},
                },
            ],
        },
        {
            "type": "checkbox",
            "id": "sign",
            "key": "gm_signature",
            "label": "I sign this",
            "validate": {"required": True},
            "properties": {"signature": "password"},
        },
        id="F08",
    )


def slip() -> Form:
    """F02: exactly one of three is true."""
    route = [
        {
            "type": "radio",
            "id": key,
            "key": key,
            "label": label,
            "values": [{"label": "Yes", "value": "true"}, {"label": "No", "value": "false"}],
            "validate": {"required": True},
            "properties": {"valueType": "boolean", "segments": "true"},
        }
        for key, label in (
            ("deviates_from_standard", "Does it deviate from the standard?"),
            ("pure_contract", "Is it only about the contract?"),
            ("sales_ops", "Is it about sales operations?"),
        )
    ]
    route[0]["properties"] |= {
        "rule.1": "=count([x for x in [deviates_from_standard, pure_contract, sales_ops] if x]) = 1",
        "ruleMessage.1": "Exactly one of the three must be yes.",
    }
    return read(
        {"type": "textarea", "id": "facts", "key": "facts", "label": "Verified facts", "validate": {"required": True}},
        {
            "type": "filepicker",
            "id": "evidence",
            "key": "evidence",
            "label": "Evidence",
            "accept": ".pdf,image/*",
            "multiple": True,
            "properties": {"maxSize": "20 MB", "maxFiles": "3"},
        },
        {"type": "group", "id": "route", "label": "Route", "components": route},
        {
            "type": "select",
            "id": "unit",
            "key": "proposed_unit",
            "label": "Proposed unit",
            "valuesKey": "units",
            "validate": {"required": True},
        },
        id="F02",
    )
