"""What the list of instances is narrowed by: read from the address, shown as chips, each with its way out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from flask import request, url_for

from engine import InstanceFilter, InstanceStatus, Session
from processes.cases import contacts, readership
from web.admin.words import statuses
from web.shell import here, numbers
from web.shell.language import gettext as _
from web.shell.language import ngettext
from web.shell.parts import Choice

PER_PAGE = 25
AGES = (1, 3, 7, 14, 30, 90)
"""Days, to choose from."""
FIELDS = ("q", "state", "procedure", "element", "variable", "value", "older", "order")
"""What the address may say; the page is beside them."""
LONGEST = 200


@dataclass(frozen=True)
class Wanted:
    """The filters of a request, as they were written."""

    q: str = ""
    state: str = "open"
    procedure: str = ""
    element: str = ""
    variable: str = ""
    value: str = ""
    older: str = ""
    order: str = ""
    page: int = 1

    def address(self, endpoint: str = "admin.instances", **changed: str | int) -> str:
        """The page with other filters; the first page unless one is asked for."""
        values = {name: changed.get(name, getattr(self, name)) for name in FIELDS} | {"page": changed.get("page", 1)}
        usual = Wanted()
        return url_for(endpoint, **{name: text for name, text in values.items() if text != getattr(usual, name)})

    def kept(self, *left_out: str) -> list[tuple[str, str]]:
        """The filters that a form must send along, but for those that it asks for itself."""
        usual, names = Wanted(), [name for name in FIELDS if name not in left_out]
        return [(name, getattr(self, name)) for name in names if getattr(self, name) != getattr(usual, name)]

    @property
    def days(self) -> int:
        """How old the instances are at least; 0 for any age."""
        return int(self.older) if self.older.isdecimal() and len(self.older) < 5 else 0

    def as_filter(self, session: Session, per_page: int = PER_PAGE) -> InstanceFilter:
        """As the engine is asked: nothing is found by values of sealed folders, nor by part of what is veiled."""
        return InstanceFilter(
            status=None if self.state in ("any", "open", "still") else InstanceStatus(self.state),
            under_way=self.state in ("open", "still"),
            standing=self.state == "still",
            process=self.procedure or None,
            element=self.element or None,
            variable=self.variable or None,
            value=self.value or None,
            text=self.q,
            sealed=readership.sealed(session),
            whole=contacts.veiled_names(session),
            started_before=here.now() - timedelta(days=self.days) if self.days else None,
            oldest_first=self.order == "oldest",
            page=self.page,
            per_page=per_page,
        )


@dataclass(frozen=True)
class Chip:
    """A filter: what it says now, what it may say, how to be rid of it."""

    name: str
    text: str
    on: bool
    clear: str = ""
    choices: tuple[Choice, ...] = ()
    """Empty where something is to be typed."""


def read() -> Wanted:
    """The filters of this request; what cannot be meant is left out."""
    given = {name: request.args.get(name, "").strip().replace("\0", "")[:LONGEST] for name in FIELDS}
    given["state"] = given["state"] if given["state"] in statuses() else "open"
    return Wanted(**given, page=numbers.page())


def chips(wanted: Wanted, procedures: Mapping[str, str]) -> list[Chip]:
    """The filters of the list.

    Args:
        wanted: what they say now.
        procedures: names by key.
    """
    return [
        _state(wanted),
        _procedure(wanted, procedures),
        Chip(
            "element",
            _("Element: %(id)s", id=wanted.element) if wanted.element else _("Element"),
            bool(wanted.element),
            wanted.address(element=""),
        ),
        _older(wanted),
        Chip("variable", _variable(wanted), bool(wanted.variable), wanted.address(variable="", value="")),
    ]


def _state(wanted: Wanted) -> Chip:
    named = statuses()
    choices = tuple(Choice(text, wanted.address(state=key), key == wanted.state) for key, text in named.items())
    return Chip("state", _("State: %(state)s", state=named[wanted.state]), wanted.state != "any", choices=choices)


def _procedure(wanted: Wanted, procedures: Mapping[str, str]) -> Chip:
    choices = [Choice(_("any"), wanted.address(procedure=""), not wanted.procedure)]
    choices += [
        Choice(name, wanted.address(procedure=key), key == wanted.procedure) for key, name in procedures.items()
    ]
    chosen = procedures.get(wanted.procedure, wanted.procedure)
    text = _("Procedure: %(name)s", name=chosen) if chosen else _("Procedure")
    return Chip("procedure", text, bool(chosen), wanted.address(procedure=""), tuple(choices))


def _older(wanted: Wanted) -> Chip:
    named = {str(days): ngettext("%(num)s day", "%(num)s days", days) for days in AGES}
    choices = [Choice(_("any"), wanted.address(older=""), not wanted.days)]
    choices += [Choice(text, wanted.address(older=days), days == wanted.older) for days, text in named.items()]
    text = _("Older than %(days)s", days=ngettext("%(num)s day", "%(num)s days", wanted.days))
    return Chip(
        "older", text if wanted.days else _("Older than"), bool(wanted.days), wanted.address(older=""), tuple(choices)
    )


def _variable(wanted: Wanted) -> str:
    if not wanted.variable:
        return _("Variable")
    known = f"{wanted.variable} = {wanted.value}" if wanted.value else wanted.variable
    return _("Variable: %(known)s", known=known)
