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
    words = [texts.get(part.strip()) or language.say(part) for part in (*change.where.split(" → "), change.aspect)]
    return replace(change, where=" → ".join(words[:-1]) + change.mark, aspect=words[-1])


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
