"""Everything that happened in a case, in words: who, what, when, with the answers that were given."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from flask import url_for
from markupsafe import Markup

from engine import EventKind, FormFile, Session, contents, loading
from processes.cases import links
from processes.cases.notices import HOME
from processes.cases.timeline import Entry
from web.cases import management
from web.filling import contacts, submission
from web.shell import dates, here, language
from web.shell.kinds import EVENTS
from web.shell.language import gettext as _
from web.shell.parts import Item
from web.shell.people import Names, joined
from web.shell.words import MANNERS, N_, text_of, word

NOTES: Mapping[str, tuple[str, str]] = {
    "letter": ("mail-forward", ""),
    "document": ("paperclip", ""),
    "comment": ("message", ""),
    "reminded": ("bell", "warn"),
    "told": ("bell", ""),
    "warned": ("bell", "warn"),
    "moved": ("calendar-event", ""),
    "stage_late": ("alert-triangle", "bad"),
    "clock_reopened": ("player-play", "warn"),
    "breached": ("alert-triangle", "bad"),
    "escalated": ("bell", "warn"),
    "blocked": ("lock", "bad"),
    "doubted": ("alert-triangle", "warn"),
    "clock_stopped": ("player-stop", "good"),
    "letter_dropped": ("alert-triangle", "warn"),
    "archived": ("file-text", "good"),
    "moved_to": ("external-link", "warn"),
    "reopened": ("refresh", "warn"),
    "raised": ("alert-triangle", "warn"),
    "linked": ("external-link", ""),
    "unlinked": ("external-link", "warn"),
    "receipt_moved": ("calendar-event", ""),
    "recurrence": ("refresh", "warn"),
    "contact_shown": ("search", ""),
    "erased": ("lock", ""),
    "agreement_signed": ("signature", "good"),
    "agreement_refused": ("alert-triangle", "warn"),
    "approval_void": ("alert-triangle", "warn"),
}
"""Icon and tone of what services, letters and people leave in the record of a case; the engine's events have theirs."""


@dataclass
class Forms:
    """Finds the very version of a form that was filled in."""

    session: Session
    deployments: Collection[int]
    """Where they are as a rule."""
    known: dict[str, FormFile | None] = field(default_factory=dict)

    def find(self, key: str | None, digest: str | None) -> FormFile | None:
        """By its digest, wherever it was deployed."""
        if key is None or digest is None:
            return None
        if digest not in self.known:
            near = (loading.load(self.session, each).forms.get(key) for each in dict.fromkeys(self.deployments))
            fits = next((form for form in near if form is not None and form.digest == digest), None)
            self.known[digest] = fits or contents.find_form_as_it_was(self.session, key, digest)
        return self.known[digest]


def items(
    entries: Iterable[Entry],
    names: Names,
    forms: Forms | None,
    variables: Mapping[str, object],
    *,
    folded: bool = False,
) -> list[Item]:
    """Entries as a timeline shows them.

    Args:
        entries: of a case.
        names: what people and units are called.
        forms: where the forms are found; None where the page shows the answers elsewhere.
        variables: of the case.
        folded: the answers of each entry are folded away under their gist.
    """
    return [_item(entry, names, forms, variables, folded=folded) for entry in entries]


def _item(entry: Entry, names: Names, forms: Forms | None, variables: Mapping[str, object], *, folded: bool) -> Item:
    say = SENTENCES.get(entry.kind) or management.SENTENCES.get(entry.kind)
    label = language.label(entry.label, entry.deployment_id) or entry.element or ""
    title, text = say(entry, names, label) if say is not None else (label or entry.kind, "")
    icon, tone = _look(entry)
    answers, gist = _answers(entry, forms, names, variables, folded=folded) if forms is not None else (None, "")
    return Item(
        title=title,
        when=_when(entry.at),
        iso=dates.iso_text(entry.at, here.zone()),
        icon=icon,
        kind=tone,
        who=names.acting(entry.actor, entry.data.get("for")),
        text="\n".join(part for part in (text, _planned(entry), entry.reason or "") if part),
        answers=answers,
        gist=gist,
        element=entry.element or "",
        group=entry.group,
        link=_link(entry),
        anchor=entry.key,
        process=entry.process or "",
    )


def _look(entry: Entry) -> tuple[str, str]:
    """Icon and tone of an entry."""
    if isinstance(entry.kind, EventKind):
        return EVENTS[entry.kind].icon, EVENTS[entry.kind].tone
    return NOTES.get(entry.kind, ("note", ""))


def _when(at: datetime) -> str:
    return dates.moment_text(at, language.current(), here.zone(), this_year=here.now().year)


def _planned(entry: Entry) -> str:
    if entry.scheduled_at is None:
        return ""
    zone = here.zone()
    planned, real = dates.exact_text(entry.scheduled_at, zone), dates.exact_text(entry.at, zone)
    if planned == real:
        return ""
    return _("Planned %(planned)s, done %(real)s.", planned=planned, real=real)


def _answers(
    entry: Entry, forms: Forms, names: Names, variables: Mapping[str, object], *, folded: bool
) -> tuple[Markup | None, str]:
    """What was filled in, and its gist where it is folded."""
    form = forms.find(entry.form, entry.form_digest) if entry.answers else None
    if form is None or not entry.answers:
        return None, ""
    values = submission.with_names(entry.answers, names.people)
    return submission.answers(form, values, variables=variables), submission.gist(
        form, values, variables
    ) if folded else ""


def _link(entry: Entry) -> tuple[str, str] | None:
    if entry.kind == "letter":
        return url_for("files.letter", letter_id=entry.data["letter"]), _("Read the letter")
    if entry.kind == "document":
        return url_for("files.download", document_id=entry.data["id"]), _("Open")
    return None


Sentence = Callable[[Entry, Names, str], tuple[str, str]]


def _changed(entry: Entry, _names: Names, _label: str) -> tuple[str, str]:
    changes = (
        (each["name"], *(contacts.value(each["name"], each[when]) for when in ("old", "new")))
        for each in entry.data.get("changes", ())
    )
    lines = [f"{name}: {_plain(old)} → {_plain(new)}" for name, old, new in changes]
    return _("Variables changed by hand"), "\n".join(lines)


def _plain(value: object) -> str:
    if isinstance(value, list):
        return joined([_plain(each) for each in value])
    return "—" if value is None else str(value)


def _moved(entry: Entry, _names: Names, label: str) -> tuple[str, str]:
    before, after = (_exact(entry.data.get(name)) for name in ("from", "to"))
    return _("Timer moved: %(name)s", name=label), f"{before} → {after}"


def _exact(text: object) -> str:
    return dates.record_text(datetime.fromisoformat(text), here.zone()) if isinstance(text, str) else "—"


def _letter(entry: Entry, _names: Names, _label: str) -> tuple[str, str]:
    data = entry.data
    state = _("sent") if data.get("sent") else _("not sent yet")
    way = f"{word(MANNERS, data['channel'])} · {contacts.recipient(data['to'])} · {state}"
    return _("Letter: %(subject)s", subject=data["subject"]), way


def _reassigned(entry: Entry, names: Names, label: str) -> tuple[str, str]:
    return _("Passed on to %(who)s: %(name)s", who=names.person(entry.data.get("to")), name=label), ""


def _snoozed(entry: Entry, _names: Names, label: str) -> tuple[str, str]:
    until = entry.data.get("to")
    if not isinstance(until, str):
        return _("No longer snoozed: %(name)s", name=label), ""
    day = datetime.fromisoformat(until).astimezone(here.zone()).date()
    said = dates.day_text(day, language.current(), this_year=here.now().year)
    return _("Snoozed to %(day)s: %(name)s", day=said, name=label), ""


def _comment(entry: Entry, _names: Names, _label: str) -> tuple[str, str]:
    files = [str(each["name"]) for each in entry.data.get("files", ())]
    attached = _("Files: %(names)s", names=joined(files)) if files else ""
    return _("Comment"), "\n".join(part for part in (str(entry.data.get("text") or ""), attached) if part)


def _told(entry: Entry, names: Names) -> str:
    told = entry.data.get("told") or entry.data.get("to") or []
    known = {"owner": _("the owner")}
    found = told if isinstance(told, list) else []
    people = [known.get(each) or names.people.get(each) or names.unit(each) for each in found]
    return _("Told: %(who)s", who=joined(people)) if people else ""


def _due_moved(entry: Entry, names: Names, _label: str) -> tuple[str, str]:
    after = entry.data.get("after")
    if not isinstance(after, str):
        return _("Due date moved: %(what)s", what=clock_of(entry.data)), _told(entry, names)
    moment = datetime.fromisoformat(after)
    day = dates.due_text(moment, language.current(), here.zone(), this_year=here.now().year)
    title = _("Due date moved, %(what)s: %(day)s", what=clock_of(entry.data), day=day)
    return title, _told(entry, names)


def dropped(data: Mapping[str, object]) -> str:
    """That something was not sent any more, because what it belonged to has ended."""
    return _("Not sent, it ended before: %(name)s", name=language.label(str(data.get("name") or ""), home_of(data)))


def home_of(data: Mapping[str, object]) -> int | None:
    """The deployment in whose texts the name of a step stands; None where none was written down."""
    home = data.get(HOME)
    return home if isinstance(home, int) else None


def _agreement_refused(entry: Entry, _names: Names, _label: str) -> tuple[str, str]:
    witness = _("Witness: %(who)s", who=entry.data.get("refusal_witness") or "—")
    return _("Signing refused"), f"{entry.data.get('refusal_reason') or ''}\n{witness}".strip()


def clock_of(data: Mapping[str, object]) -> str:
    """What the procedure calls the clock that something was told of."""
    label = data.get("label")
    return str(label.get(language.current(), "")) if isinstance(label, dict) else _("the written reply")


TOLD_OF_LINKS = {
    "merged": N_("%(number)s goes on here: it is the same complaint"),
    "separated": N_("%(number)s runs by itself again"),
}
"""What people are told of cases that were merged or are not any more."""


def told_of(data: Mapping[str, object]) -> str:
    """What people were told of: as the diagram calls the step that told them."""
    if data.get("what") == "letter":
        return _("A letter has to be posted by hand: print it from the case")
    came_from = data.get("from")
    if data.get("what") == "moved_here" and isinstance(came_from, Mapping):
        return _("Has come here from: %(procedure)s", procedure=text_of(came_from))
    if data.get("what") in TOLD_OF_LINKS:
        return _(TOLD_OF_LINKS[str(data["what"])], number=data.get("number"))
    return language.label(str(data.get("name") or ""), home_of(data)) or _("Told of the case")


def _reason(entry: Entry) -> str:
    return str(entry.data.get("reason") or "")


def _reopened(entry: Entry, _names: Names, _label: str) -> tuple[str, str]:
    outcome = text_of(entry.data.get("outcome_name") or {})
    before = _("Closed before as: %(outcome)s", outcome=outcome) if outcome else ""
    return _("Opened again"), "\n".join(part for part in (before, _reason(entry)) if part)


def _migrated(entry: Entry, _names: Names, _label: str) -> tuple[str, str]:
    return _("Goes on by version %(version)s of the procedure", version=entry.data.get("version")), _reason(entry)


def _linked(entry: Entry, _names: Names, _label: str) -> tuple[str, str]:
    number, kind, into = entry.data.get("number"), entry.data.get("kind"), entry.data.get("into")
    if kind == "apart":
        return _("Not the same as %(number)s", number=number), _reason(entry)
    if kind != links.MERGED:
        return _("Linked with %(number)s", number=number), _reason(entry)
    said = _("Merged, goes on in %(number)s", number=number) if into else _("%(number)s goes on here", number=number)
    return said, _reason(entry)


def _recurrence(entry: Entry, _names: Names, _label: str) -> tuple[str, str]:
    numbers = entry.data.get("numbers")
    said = joined([str(each) for each in numbers]) if isinstance(numbers, list) else ""
    return _("Occurrence %(count)s of the same complaint", count=entry.data.get("count")), said


def _receipt(entry: Entry, _names: Names, _label: str) -> tuple[str, str]:
    return (
        _("Counts from the receipt of %(number)s", number=entry.data.get("number")),
        f"{_exact(entry.data.get('before'))} → {_exact(entry.data.get('after'))}",
    )


SENTENCES: Mapping[str, Sentence] = {
    EventKind.STARTED: lambda _e, _n, label: (_("Begun: %(name)s", name=label) if label else _("Case begun"), ""),
    EventKind.COMPLETED: lambda _e, _n, label: (label, ""),
    EventKind.RECORDED: lambda _e, _n, label: (_("Recorded: %(name)s", name=label), ""),
    EventKind.CLAIMED: lambda _e, _n, label: (_("Claimed: %(name)s", name=label), ""),
    EventKind.UNCLAIMED: lambda _e, _n, label: (_("Given back: %(name)s", name=label), ""),
    EventKind.REASSIGNED: _reassigned,
    EventKind.SNOOZED: _snoozed,
    EventKind.TIMER: lambda _e, _n, label: (_("Time reached: %(name)s", name=label), ""),
    EventKind.TIMER_MOVED: _moved,
    EventKind.TIMER_FIRED: lambda _e, _n, label: (_("Fired by hand: %(name)s", name=label), ""),
    EventKind.CHANGED: _changed,
    EventKind.INCIDENT: lambda e, _n, label: (_("Incident: %(name)s", name=label), str(e.data.get("message") or "")),
    EventKind.RESOLVED: lambda _e, _n, label: (_("Incident over: %(name)s", name=label), ""),
    EventKind.RETRIED: lambda _e, _n, label: (_("Tried again: %(name)s", name=label), ""),
    EventKind.SUSPENDED: lambda _e, _n, _l: (_("Stopped by an administrator: nothing happens in it"), ""),
    EventKind.RESUMED: lambda _e, _n, _l: (_("Goes on, an administrator said"), ""),
    EventKind.MIGRATED: _migrated,
    EventKind.LOOKED: lambda _e, _n, _l: (_("Looked into the case as an administrator"), ""),
    EventKind.JOB_FAILED: lambda e, _n, label: (
        _("Attempt failed: %(name)s", name=label),
        str(e.data.get("message") or ""),
    ),
    EventKind.ABORTED: lambda _e, _n, _l: (_("Ended by an administrator"), ""),
    "letter": _letter,
    "document": lambda e, _n, _l: (_("Document: %(name)s", name=e.data["name"]), ""),
    "comment": _comment,
    "reminded": lambda e, n, _l: (_("Reminded"), _told(e, n)),
    "told": lambda e, n, _l: (told_of(e.data), _told(e, n)),
    "warned": lambda e, n, _l: (_("Warned, falls due: %(what)s", what=clock_of(e.data)), _told(e, n)),
    "moved": _due_moved,
    "stage_late": lambda e, n, label: (_("Late: %(name)s", name=label), _told(e, n)),
    "letter_dropped": lambda e, n, _l: (dropped(e.data), _told(e, n)),
    "clock_reopened": lambda e, _n, _l: (_("The clock runs on: %(what)s", what=clock_of(e.data)), ""),
    "breached": lambda e, n, _l: (_("Late: %(name)s", name=clock_of(e.data)), _told(e, n)),
    "escalated": lambda e, n, _l: (_("Escalated to level %(level)s", level=e.data.get("level", "")), _told(e, n)),
    "blocked": lambda e, _n, _l: (_("Blocked by a rule"), str(e.data.get("why") or e.data.get("code") or "")),
    "clock_stopped": lambda e, _n, _l: (_("Clock stopped: %(what)s", what=clock_of(e.data)), ""),
    "archived": lambda _e, _n, _l: (_("Archived"), ""),
    "moved_to": lambda e, _n, _l: (
        _("Moved to another procedure: %(name)s", name=text_of(e.data.get("to") or {})),
        _reason(e),
    ),
    "reopened": _reopened,
    "raised": lambda e, _n, _l: (
        _("Made graver: %(before)s to %(after)s", before=e.data.get("before") or "—", after=e.data.get("after")),
        "",
    ),
    "linked": _linked,
    "unlinked": lambda e, _n, _l: (
        _("No longer the same as %(number)s", number=e.data.get("number"))
        if e.data.get("kind") == links.MERGED
        else _("No longer linked with %(number)s", number=e.data.get("number")),
        _reason(e),
    ),
    "receipt_moved": _receipt,
    "recurrence": _recurrence,
    "accepted": lambda _e, _n, _l: (_("Case taken over"), ""),
    "process_started": lambda e, _n, label: (
        _("Opened: %(name)s", name=language.label(str(e.data.get("name") or label))),
        "",
    ),
    "capa_opened": lambda _e, _n, _l: (_("Improvement opened"), ""),
    "decided": lambda _e, _n, _l: (_("Approval decided"), ""),
    "doubted": lambda e, _n, _l: (_("May promise too much"), "\n".join(map(str, e.data.get("doubts") or []))),
    "outcome": lambda _e, _n, _l: (_("Outcome set"), ""),
    "planned": lambda _e, _n, _l: (_("Plan made"), ""),
    "contact_shown": lambda _e, _n, _l: (_("Looked at personal data"), ""),
    "erased": lambda e, _n, _l: (_("What could tell of a person was taken out"), _reason(e)),
    "agreement_signed": lambda e, _n, _l: (_("Agreement signed: %(number)s", number=e.data.get("number", "")), ""),
    "agreement_refused": _agreement_refused,
    "approval_void": lambda e, _n, _l: (
        _("The approval of version %(version)s is void", version=e.data.get("plan_version", "")),
        str(e.data.get("change_reason") or ""),
    ),
    "recomputed": lambda _e, _n, _l: (_("Dates worked out again, the calendar changed"), ""),
}
