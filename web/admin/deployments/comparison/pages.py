"""The page that compares two versions of a folder: on the diagrams and as a list, file by file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Response, request, url_for

from engine import Session, deployments
from engine.errors import NotFound
from web.admin.deployments.comparison.between import Change, FileChange, between
from web.admin.deployments.comparison.picture import Address, picture
from web.admin.deployments.comparison.wording import Told, wording
from web.admin.deployments.titles import title_of
from web.admin.entrance import blueprint
from web.shell import here, numbers
from web.shell.language import gettext as _
from web.shell.pages import show as page
from web.shell.parts import Badge

MOST_SHOWN = 60
"""Changes of one file; what is beyond is counted."""


@dataclass(frozen=True)
class Row:
    """A change, and where it is seen on the diagram."""

    badge: Badge
    told: Told
    address: str = ""


@dataclass(frozen=True)
class FileRow:
    """A file that differs."""

    path: str
    badge: Badge
    changes: Sequence[Row]
    more: int
    moved: str
    """What was only put elsewhere in the drawing."""


def changes_of(
    session: Session, before: Mapping[str, bytes], after: Mapping[str, bytes], address: Address
) -> list[FileRow]:
    """What differs between two versions; `address` says where an element is seen, nowhere where it is gone."""
    looks = {
        "new": Badge(_("new"), "good", "plus"),
        "changed": Badge(_("changed"), "acc", "pencil"),
        "gone": Badge(_("gone"), "warn", "x"),
    }
    words = wording(session, before, after)
    return [
        FileRow(
            each.path,
            looks[each.what],
            [
                Row(looks[change.what], words.told(change), _seen(each, change, address))
                for change in each.changes[:MOST_SHOWN]
            ],
            max(0, len(each.changes) - MOST_SHOWN),
            words.moved(each),
        )
        for each in between(before, after)
    ]


def _seen(file: FileChange, change: Change, address: Address) -> str:
    element = change.place.element
    return address(file.path, element, gone=change.what == "gone") if element else ""


@blueprint.get("/deployments/compare")
def compare() -> Response:
    """Two versions of a folder beside each other."""
    with here.reading() as session:
        old, new = (deployments.get_deployment(session, _number(name)) for name in ("before", "after"))
        versions = [each for each in deployments.list_deployments(session) if each.name == new.name]
        before, after = (deployments.get_files(session, each.id) for each in (old, new))
        shown = picture(session, (old, before), (new, after))
        return page(
            "admin/compare.html",
            active="admin",
            old=old,
            new=new,
            title=title_of(session, new.name, new.id),
            versions=versions,
            shown=shown,
            changes=changes_of(session, before, after, shown.address),
            back=url_for("admin.deployment", deployment_id=new.id),
        )


def _number(name: str) -> int:
    text = request.args.get(name, "")
    try:
        return numbers.number(text)
    except ValueError:
        raise NotFound(what="deployment", key=text) from None
