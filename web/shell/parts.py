"""What the parts of a page are given: plain values, worked out before a template sees them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from markupsafe import Markup

from engine import Suspension
from processes.clock.calendar import WorkingCalendar
from web.shell import dates, language
from web.shell.language import gettext as _
from web.shell.language import ngettext


@dataclass(frozen=True)
class Badge:
    """A state in three signals: shape, word, colour."""

    text: str
    kind: str = ""
    """bad, warn, good, hold, acc or nothing; beside it long, for words that somebody typed."""
    icon: str = ""


@dataclass(frozen=True)
class Phase:
    """One of the reporting phases."""

    name: str
    state: str = ""
    """ok, now or nothing."""
    rounds: int = 1


@dataclass(frozen=True)
class Day:
    """One cell of the day ruler: a day, or a week of a long one."""

    head: str
    foot: str
    kinds: str
    """CSS classes: past, now, off, nominal, due."""
    caption: str
    alt: str


@dataclass(frozen=True)
class Clock:
    """The card that says until when."""

    title: str
    badge: Badge | None
    lines: Sequence[str] = ()
    days: Sequence[Day] = ()
    state: str = ""
    state_icon: str = "player-play"
    label: str = ""
    """What it counts for, as the procedure calls it."""

    @property
    def runs(self) -> bool:
        """Whether there is still something to keep; on a telephone one that is over stands below the work."""
        return self.state_icon == "player-play"


@dataclass(frozen=True)
class Item:
    """One entry of a timeline."""

    title: str
    when: str
    iso: str
    icon: str = "note"
    kind: str = ""
    """acc, warn, bad, good or nothing."""
    who: str = ""
    text: str = ""
    answers: Markup | None = None
    badge: Badge | None = None
    element: str = ""
    group: str = ""
    link: tuple[str, str] | None = None
    """Address and words."""
    anchor: str = ""
    process: str = ""
    """The key of the process that the element is drawn in."""
    gist: str = ""
    """The first of the answers in one line, where these are folded away; else empty."""
    open: bool = False
    """Whether what is folded stands open."""


@dataclass(frozen=True)
class File:
    """A document in a list."""

    kind: str
    """Three or four letters."""
    name: str
    address: str
    meta: str
    badge: Badge | None = None


@dataclass(frozen=True)
class Overlay:
    """Something hung on an element of a diagram."""

    element: str
    text: str
    kind: str = ""
    """token, warn, bad, time or nothing."""
    icon: str = ""
    place: str = "above-left"
    """above-left, below-left, below-right or inside."""

    def as_json(self) -> dict[str, str]:
        """For the page's script."""
        return {"element": self.element, "text": self.text, "kind": self.kind, "icon": self.icon, "place": self.place}


@dataclass(frozen=True)
class Diagram:
    """A drawing and what happened on it."""

    url: str
    label: str
    """In words, what the drawing shows."""
    done: Sequence[str] = ()
    path: Sequence[str] = ()
    now: Sequence[str] = ()
    fail: Sequence[str] = ()
    overlays: Sequence[Overlay] = ()
    heat: Sequence[Sequence[str]] = ()
    """Elements by how strongly they are coloured, weakly first."""
    focus: str = ""
    close: bool = False
    """Opened around the focus instead of whole."""
    sprite: str = ""
    process: str = ""
    """The key of what is drawn; entries of the timeline name theirs."""

    @property
    def state(self) -> Mapping[str, object]:
        """For the page's script, as JSON."""
        return {
            "url": self.url,
            "done": list(self.done),
            "path": list(self.path),
            "now": list(self.now),
            "fail": list(self.fail),
            **{f"heat{step}": list(elements) for step, elements in enumerate(self.heat, 1)},
            "overlays": [overlay.as_json() for overlay in self.overlays],
            "focus": self.focus,
            "close": self.close,
            "sprite": self.sprite,
            "process": self.process,
        }


@dataclass(frozen=True)
class Choice:
    """One of some views, filters or tabs."""

    text: str
    address: str
    current: bool = False
    count: int | None = None
    icon: str = ""
    bad: bool = False


@dataclass(frozen=True)
class Act:
    """Something that can be done, by a link or a button."""

    text: str
    address: str
    icon: str = ""
    key: str = ""
    look: str = ""
    """p primary, d dangerous, q quiet."""
    dialog: bool = False
    post: bool = False
    menu: Sequence["Act"] = ()
    """What it unfolds to choose from, instead of an address."""


@dataclass(frozen=True)
class Confirm:
    """An act that asks first: before and after, who is told, a reason."""

    title: str
    address: str
    act: str
    """Empty where nothing can be done, which the problem says."""
    leave: str
    back: str
    """Where one gets without a script when one leaves it."""
    text: str = ""
    rows: Sequence[tuple[str, str, str]] = ()
    """What, before, after."""
    reason: bool = True
    """Whether a reason is asked for."""
    fields: Sequence[Mapping[str, object]] = field(default=())
    """Further fields: name, label, type, value, options."""
    hidden: Sequence[tuple[str, object]] = ()
    """What goes along unseen: names and values."""
    icon: str = ""
    dangerous: bool = False
    problem: str = ""
    typed: str = ""
    more: str = ""
    """Where the same is asked about the next ones, where these are not all."""


def stopped_badge() -> Badge:
    """A fault keeps the case from going on."""
    return Badge(_("stopped by a fault, the administrator is told"), "bad", "alert-octagon")


def still_badge(suspension: Suspension | None) -> Badge | None:
    """An administrator's word keeps it from going on."""
    if suspension is None:
        return None
    return Badge(_("stopped by an administrator: %(reason)s", reason=suspension.reason), "warn long", "player-pause")


def severity_badge(severity: str | None) -> Badge | None:
    """S1 to S4 as a plain word."""
    return Badge(severity) if severity else None


def late_text(due: datetime, now: datetime, calendar: WorkingCalendar) -> str:
    """How late something is: in hours on the same day, since when over days of rest, else in working days."""
    day, today = dates.last_day(due, calendar.zone)[0], calendar.day_of(now)
    late = calendar.working_days_between(day, today)
    if late > 0:
        return ngettext("%(num)s wd late", "%(num)s wd late", late)
    if day < today:
        return _("late since %(day)s", day=_narrow(day, today.year, calendar))
    hours = int((now - due) / timedelta(hours=1))
    if hours:
        return ngettext("%(num)s h late", "%(num)s h late", hours)
    return _("%(num)s min late", num=max(1, int((now - due) / timedelta(minutes=1))))


def due_badge(due: datetime | None, now: datetime, calendar: WorkingCalendar, what: str = "") -> Badge | None:
    """When something is due: late, today or on the next working day, or later.

    Args:
        due: None gives no badge.
        now: the moment.
        calendar: of the installation.
        what: falls due, where that is not said beside it: the step, or what a clock counts for.
    """
    if due is None:
        return None
    if due <= now:
        late = late_text(due, now, calendar)
        return Badge(_("%(what)s: %(late)s", what=what, late=late) if what else late, "bad", "alert-triangle")
    day, clock = dates.last_day(due, calendar.zone)
    today = calendar.day_of(now)
    text = _("today %(time)s", time=clock) if day == today else _narrow(day, today.year, calendar)
    text = _("%(what)s due: %(date)s", what=what, date=text) if what else text
    soon = day <= calendar.add_working_days(today, 1)
    return Badge(text, "warn", "hourglass") if soon else Badge(text, "", "clock")


def _narrow(day: date, year: int, calendar: WorkingCalendar) -> str:
    text = dates.day_text(day, language.current(), narrow=True, this_year=year)
    return _("%(day)s, workday", day=text) if calendar.is_make_up(day) else text


def answered_badge(*, in_time: bool) -> Badge:
    """How a written reply was sent."""
    if in_time:
        return Badge(_("in time"), "good", "circle-check")
    return Badge(_("late"), "bad", "alert-triangle")


def left_badge(days: int, *, late: bool) -> Badge:
    """Working days until the last day; negative ones are late."""
    if late:
        number = max(1, -days)
        return Badge(ngettext("%(num)s working day late", "%(num)s working days late", number), "bad", "alert-triangle")
    if days == 0:
        return Badge(_("last day"), "warn", "hourglass")
    text = ngettext("%(num)s working day left", "%(num)s working days left", days)
    return Badge(text, "warn" if days <= 1 else "", "hourglass" if days <= 1 else "clock")
