"""All parts in all states on one page, to be looked at and photographed by a test."""

from pathlib import Path

from flask import Blueprint, Response, current_app, url_for

from engine.errors import NotFound
from web.diagrams.drawings import translated
from web.shell import here
from web.shell.language import current
from web.shell.language import gettext as _
from web.shell.pages import show
from web.shell.parts import Badge, Choice, Clock, Confirm, Day, Diagram, File, Item, Overlay, Phase
from web.shell.static_files import sprite

blueprint = Blueprint("parts", __name__)


@blueprint.get("/parts")
def page() -> Response:
    """For administrators, and in tests for everybody."""
    if not (here.actor().admin or current_app.config["PARTS_PAGE"]):
        raise NotFound(what="page", key="parts")
    zh = current() == "zh"
    return show(
        "parts_page.html",
        badges=_badges(),
        clocks=_clocks(zh=zh),
        phases=_phases(),
        items=_items(),
        files=_files(),
        confirm=_confirm(),
        diagrams=_diagrams(),
        choices=[Choice(_("All"), "#all", current=True, count=23), Choice(_("Forms"), "#forms", count=9)],
    )


@blueprint.get("/parts/sample.bpmn")
def sample() -> Response:
    """The drawing that the page shows."""
    content = (Path(__file__).parent / "static" / "sample.bpmn").read_bytes()
    return Response(translated(content, current()), content_type="application/xml")


def _badges() -> list[Badge]:
    return [
        Badge(_("1 wd late"), "bad", "alert-triangle"),
        Badge(_("due today 14:00"), "warn", "hourglass"),
        Badge(_("Thu 8 Oct"), "", "clock"),
        Badge(_("paused 2 wd"), "hold", "player-pause"),
        Badge(_("in time"), "good", "circle-check"),
        Badge(_("incident"), "bad", "alert-octagon"),
        Badge(_("open"), "acc", "circle-dot"),
        Badge(_("yours"), "acc", "user-check"),
        Badge(_("provisional date"), "", "calendar-x"),
        Badge(_("no access"), "", "lock"),
        Badge("S2"),
    ]


def _clocks(*, zh: bool) -> list[Clock]:
    heads = (
        "一二三四五六日一二三四"
        if zh
        else ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed", "Thu"]
    )
    kinds = ["past", "past", "now", *["off"] * 4, "off nominal", "off", "off", "due"]
    captions = {0: _("in"), 2: _("today"), 7: _("nominal"), 10: _("due")}
    numbers = [28, 29, 30, 1, 2, 3, 4, 5, 6, 7, 8]
    days = [
        Day(head, str(number), kind, captions.get(place, ""), captions.get(place, ""))
        for place, (head, number, kind) in enumerate(zip(heads, numbers, kinds, strict=True))
    ]
    moved = _("Nominal: Mon 5 Oct. Moved to the next working day, National Day 1–7 Oct.")
    one_left = Badge(_("1 working day left"), "warn", "hourglass")
    return [
        Clock(_("Due Thu 8 Oct, 24:00"), one_left, [moved], days, _("Running.")),
        Clock(_("Due Tue 29 Sep, 24:00"), Badge(_("1 working day late"), "bad", "alert-triangle")),
        Clock(
            _("Step due Fri 9 Oct"),
            Badge(_("waiting for the customer"), "hold", "player-pause"),
            [_("Only the step pauses. The seven days run on.")],
        ),
        Clock(_("Answered Thu 8 Oct 16:30"), Badge(_("in time"), "good", "circle-check")),
        Clock(
            _("Due Mon 4 Jan 2027"),
            Badge(_("provisional"), "", "calendar-x"),
            [_("The 2027 holidays are not announced yet; the date may move.")],
        ),
    ]


def _phases() -> list[Phase]:
    done = [Phase(_("Received"), "ok"), Phase(_("Verified"), "ok"), Phase(_("Inspected"), "ok")]
    return [*done, Phase(_("Measure"), "now", 3), Phase(_("Plan")), Phase(_("Approval")), Phase(_("Written reply"))]


def _items() -> list[Item]:
    at = "2026-09-30T09:58:00+08:00"
    return [
        Item(
            _("Review the measure"),
            "09-30 09:58",
            at,
            "user",
            "acc",
            "Wang Li",
            badge=Badge(_("open"), "acc", "circle-dot"),
        ),
        Item(
            _("Warning: reply due Thu 8 Oct"),
            "09-30 09:00",
            at,
            "bell",
            "warn",
            text=_("Planned 09:00:00, done 09:00:02."),
        ),
        Item(_("The reply could not be sent"), "09-30 08:58", at, "alert-octagon", "bad"),
        Item(_("Inspection"), "09-28 14:35", at, "microscope", who="Chen Wei", text=_("12 of 200 not to standard.")),
    ]


def _files() -> list[File]:
    return [
        File("PDF", _("Contact slip"), "#slip", "Wang Li · 09-30", Badge(_("signed"), "good", "signature")),
        File("JPG", _("Photo of the crack"), "#photo", "14.2 MB"),
    ]


def _confirm() -> Confirm:
    rows = [
        (_("Timer"), "10-09 09:00", _("fired 09-30 10:20")),
        (_("Level"), "2", "3"),
        (_("Told"), "—", _("the general manager")),
    ]
    address = url_for("parts.page")
    return Confirm(
        _("Fire “Escalate, level 3” now?"), address, _("Fire now"), _("Leave it"), address, rows=rows, icon="bolt"
    )


def _diagrams() -> list[Diagram]:
    url = url_for("parts.sample")
    review = [
        Overlay("Review", _("Wang Li · 22 min"), "token", "user"),
        Overlay("Review", _("8 Oct"), "warn", "hourglass", "below-left"),
        Overlay("Slip", "0 h 40", "time", place="below-right"),
    ]
    failed = [
        Overlay("Review", _("3 of 3 tries"), "bad", "alert-octagon"),
        Overlay("Review", "2", "token", "circle-dot", "inside"),
    ]
    first = Diagram(
        url, _("Slip done, now the review"), ["Slip"], ["to_review"], ["Review"], [], review, "Review", sprite=sprite()
    )
    second = Diagram(
        url,
        _("Slip done, incident at the review"),
        ["Slip"],
        ["to_review"],
        [],
        ["Review"],
        failed,
        "Review",
        sprite=sprite(),
    )
    return [first, second]
