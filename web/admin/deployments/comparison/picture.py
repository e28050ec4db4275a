"""The diagrams of two versions with what differs hung on their elements."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import request, url_for

from engine import Deployment, Session, loading
from web.admin.deployments.comparison.between import FileChange, between
from web.admin.deployments.drawn import drawn_elements
from web.diagrams import drawings
from web.shell.language import gettext as _
from web.shell.parts import Choice, Diagram, Overlay
from web.shell.static_files import sprite

Address = Callable[..., str]
"""Where an element of a file is seen, `gone` for one that only the earlier version has; empty where it is not drawn."""
Version = tuple[Deployment, Mapping[str, bytes]]


@dataclass(frozen=True)
class Picture:
    """The diagram that is looked at, the ways to the others, and where each element is seen."""

    diagram: Diagram | None
    title: str
    choices: Sequence[Choice]
    address: Address


def picture(session: Session, old: Version, new: Version) -> Picture:
    """The chosen diagram, else the first that differs: as it is now, or as it was where something is gone from it."""
    drawn = {each.id: drawn_elements(files) for each, files in (old, new)}
    keys = {each.id: _keys(session, each) for each, _files in (old, new)}
    differing = [each for each in between(old[1], new[1]) if each.what == "changed" and each.path in drawn[new[0].id]]

    def address(path: str, element: str = "", *, gone: bool = False) -> str:
        version = old[0] if gone else new[0]
        if path not in keys[version.id] or (element or path) not in {path, *drawn[version.id].get(path, ())}:
            return ""
        return url_for(
            "admin.compare",
            before=old[0].id,
            after=new[0].id,
            diagram=path,
            was=1 if gone else None,
            element=element or None,
            _anchor="diagram",
        )

    wanted, was = request.args.get("diagram", ""), "was" in request.args
    chosen = next((each for each in differing if each.path == wanted), next(iter(differing), None))
    if chosen is None or chosen.path not in keys[(old if was else new)[0].id]:
        return Picture(None, "", (), address)
    version = (old if was else new)[0]
    choices = []
    for each in differing:
        choices.append(Choice(each.path, address(each.path), each is chosen and not was))
        if any(change.what == "gone" and change.place.element for change in each.changes):
            text = _("%(file)s, as it was", file=each.path)
            choices.append(Choice(text, address(each.path, gone=True), each is chosen and was))
    drawing = _marked(chosen, drawings.address(version.id, keys[version.id][chosen.path]), was=was)
    title = _("Version %(number)s", number=version.version)
    return Picture(drawing, title, [each for each in choices if each.address], address)


def _keys(session: Session, version: Deployment) -> dict[str, str]:
    """A process of each file, by which its drawing is found."""
    processes = loading.load(session, version.id).compiled.processes
    return {process.file: key for key, process in reversed([*processes.items()])}


def _marked(change: FileChange, url: str, *, was: bool) -> Diagram:
    looks = {
        "new": (_("new"), "good", "plus"),
        "changed": (_("changed"), "token", "pencil"),
        "gone": (_("gone"), "warn", "x"),
    }
    found = {
        each.place.element: looks[each.what]
        for each in change.changes
        if each.place.element and each.what != ("new" if was else "gone")
    }
    return Diagram(
        url,
        _("Diagram of %(name)s.", name=change.path),
        now=[request.args["element"]] if request.args.get("element") else (),
        overlays=[Overlay(element, *look, "above-left") for element, look in found.items()],
        focus=request.args.get("element", ""),
        sprite=sprite(),
    )
