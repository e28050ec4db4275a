"""The page that compares two versions of a folder: file by file, and what in each differs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import Response, request, url_for

from engine import deployments
from engine.errors import NotFound
from processes import catalogue
from web.admin.deployments.differences import Change, between
from web.admin.entrance import blueprint
from web.shell import here, language, numbers
from web.shell.language import gettext as _
from web.shell.pages import show as page
from web.shell.parts import Badge
from web.shell.words import N_

ASPECTS: Mapping[str, str] = {
    "assignee": N_("whose it is"),
    "attachedToRef": N_("on the border of"),
    "calledElement": N_("called process"),
    "candidateGroups": N_("units and roles"),
    "candidateUsers": N_("people"),
    "cancelActivity": N_("interrupts"),
    "conditionExpression": N_("condition"),
    "conditionalEventDefinition": N_("condition"),
    "decisionRef": N_("decision table"),
    "default": N_("default way"),
    "documentation": N_("description"),
    "dueDate": N_("due"),
    "formRef": N_("form"),
    "hitPolicy": N_("how it decides"),
    "in": N_("hands over"),
    "inputParameter": N_("input"),
    "isExecutable": N_("executable"),
    "label": N_("label"),
    "name": N_("label"),
    "out": N_("takes back"),
    "outputParameter": N_("output"),
    "resultVariable": N_("result variable"),
    "script": N_("script"),
    "sourceRef": N_("from"),
    "targetRef": N_("to"),
    "text": N_("text"),
    "timerEventDefinition": N_("timer"),
    "topic": N_("service"),
    "type": N_("kind"),
}
"""What the attributes of diagrams, tables and forms are called where people set them."""
MOST_SHOWN = 60
"""Changes of one file; what is beyond is counted."""


@dataclass(frozen=True)
class ChangeRow:
    """A file that differs."""

    path: str
    badge: Badge
    changes: tuple[tuple[Badge, Change], ...]
    more: int


def change_rows(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> list[ChangeRow]:
    """What differs between two versions."""
    looks = {
        "new": Badge(_("new"), "good", "plus"),
        "changed": Badge(_("changed"), "acc", "pencil"),
        "gone": Badge(_("gone"), "warn", "x"),
    }
    tongue = language.current()
    texts = {**catalogue.translations(before, tongue), **catalogue.translations(after, tongue)}
    return [
        ChangeRow(
            each.path,
            looks[each.what],
            tuple((looks[change.what], _said(change, texts)) for change in each.changes[:MOST_SHOWN]),
            max(0, len(each.changes) - MOST_SHOWN),
        )
        for each in between(before, after)
    ]


def _said(change: Change, texts: Mapping[str, str]) -> Change:
    """With the labels of the procedure in the reader's language, as its own files translate them."""
    words = [texts.get(part.strip()) or language.say(part) for part in change.where.split(" → ")]
    return replace(change, where=" → ".join(words) + change.mark, aspect=_aspect(change.aspect, texts))


def _aspect(aspect: str, texts: Mapping[str, str]) -> str:
    """What of an element differs: in words where it is an attribute that people set in the Modeler, or a column."""
    kind, _blank, name = aspect.partition(" ")
    if kind in ASPECTS:
        return f"{language.word(ASPECTS[kind])} {name}".strip()
    return texts.get(aspect) or language.say(aspect)


@blueprint.get("/deployments/compare")
def compare() -> Response:
    """Two versions of a folder beside each other."""
    with here.reading() as session:
        old, new = (deployments.get_deployment(session, _number(name)) for name in ("before", "after"))
        versions = [each for each in deployments.list_deployments(session) if each.name == new.name]
        return page(
            "admin/compare.html",
            active="admin",
            old=old,
            new=new,
            versions=versions,
            changes=change_rows(deployments.get_files(session, old.id), deployments.get_files(session, new.id)),
            back=url_for("admin.deployment", deployment_id=new.id),
        )


def _number(name: str) -> int:
    text = request.args.get(name, "")
    try:
        return numbers.number(text)
    except ValueError:
        raise NotFound(what="deployment", key=text) from None
