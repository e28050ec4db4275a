"""The timeline on the page of a case: so many entries, of a kind, the newest or the oldest first."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import request, url_for

from processes.cases.schema import DbCase
from processes.cases.timeline import Group, count, timeline
from web.cases import cards
from web.cases.timeline import Forms, items
from web.cases.ways import Ways
from web.shell import numbers
from web.shell.language import gettext as _
from web.shell.language import ngettext
from web.shell.parts import Choice, Item

GROUPS: Sequence[Group] = ("form", "contact", "system")
SHOWN_ENTRIES = 50
"""Of the timeline at first; the case file has all of it."""
FIRST_ENTRIES = 8
"""So many of these stand open on the page as it opens; the others are folded below them."""
MOST_ENTRIES = 100_000
STEP_ENTRIES = 200
"""How many come along when more is asked for."""
SHORT_ANSWERS = 8
"""The last form that was filled in stands open when it has no more answers than this."""


def of_case(known: cards.Known, ways: Ways) -> dict[str, Any]:
    """What the page shows of it, as the address asks."""
    session, found, called = known.session, known.case, known.names
    group = next((each for each in GROUPS if each == request.args.get("show")), None)
    oldest, whole = request.args.get("order") == "oldest", request.args.get("answers") == "all"
    asked = request.args.get("entries", SHOWN_ENTRIES, type=numbers.number) or 0
    shown = min(max(asked, SHOWN_ENTRIES), MOST_ENTRIES)
    entries = timeline(session, found, newest_first=not oldest, group=group, most=shown, every=ways.instances)
    told = items(entries, called, Forms(session, ways.homes), known.variables, folded=True)
    told = _opened([_printable(found, item) for item in told], whole=whole, oldest=oldest)
    counts = count(session, found, ways.instances)
    more = (counts.total() if group is None else counts[group]) - len(entries)
    said = {"all": _("All"), "form": _("Forms"), "contact": _("Contacts"), "system": _("System")}
    first = len(told) if {"show", "order", "answers", "entries"} & request.args.keys() else FIRST_ENTRIES
    return {
        "items": told[:first],
        "folded": told[first:],
        "total": counts.total(),
        "more": _more(found, shown, min(more, STEP_ENTRIES), entries[-1].key) if more > 0 else "",
        "left": more,
        "groups": [
            Choice(said[key or "all"], _shown(found, show=key), key == group, counts[key] if key else counts.total())
            for key in (None, *GROUPS)
        ],
        "order": Choice(
            _("Newest first") if oldest else _("Oldest first"),
            _shown(found, show=group, order=None if oldest else "oldest"),
        ),
        "unfold": Choice(
            _("Fold the answers") if whole else _("Unfold the answers"),
            _shown(found, show=group, answers=None if whole else "all"),
        ),
    }


def _opened(told: Sequence[Item], *, whole: bool, oldest: bool) -> list[Item]:
    """All answers unfolded where that was asked for, else those that were given last, unless these are many."""
    if whole:
        return [replace(item, open=True) for item in told]
    last = next((item for item in told if item.gist), None)
    if oldest or last is None or (last.answers or "").count("<dt") > SHORT_ANSWERS:
        return list(told)
    return [replace(item, open=item is last) for item in told]


def _printable(found: DbCase, item: Item) -> Item:
    """What was filled in can be printed as the form that it is."""
    if not item.answers or item.link is not None:
        return item
    address = url_for("printed_form.printed", number=found.number, entry_key=item.anchor)
    return replace(item, link=(address, _("Print the form")))


def _more(found: DbCase, shown: int, number: int, last: str) -> Choice:
    """The page with more entries of the timeline, at the one that was the last."""
    text = ngettext("Show %(num)s more entry", "Show %(num)s more entries", number)
    return Choice(text, _shown(found, entries=shown + STEP_ENTRIES, _anchor=last))


def _shown(found: DbCase, **changed: str | int | None) -> str:
    """The page with its timeline shown otherwise."""
    kept: dict[str, Any] = {
        name: request.args.get(name) for name in ("diagram", "instance", "show", "order", "answers")
    }
    return url_for("cases.case", number=found.number, **{"_anchor": "timeline", **kept, **changed})
