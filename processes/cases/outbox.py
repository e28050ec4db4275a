"""Letters on their way out: written and kept first, then sent, once for each key; what cannot go by itself waits."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time
from functools import partial

from sqlalchemy import bindparam, func, select, update

from engine import Call, Json, Prepared, Session, contents, failures
from engine.errors import BpmnError, NotFound, VariablesRefused
from processes import procedures
from processes.cases import register
from processes.cases.held import is_new, write_with
from processes.cases.schema import DbCase
from processes.errors import LetterRefused, MailRefused
from processes.letters import printed
from processes.letters.house import Parties, names_of, sheet_of
from processes.letters.model import LANGUAGES, LETTER, Template, Written
from processes.letters.rendering import day_text, dressed, write
from processes.letters.schema import DbLetter
from processes.letters.templates import FOLDER, read
from processes.mail import Message
from processes.office import Office
from processes.paper import printing
from processes.people.schema import DbPerson, DbUnit
from processes.reading import iso

MOST_MANNER = 20
"""So many signs has a manner at most."""

GAP = "……"
"""What a preview shows for a field that is not filled in yet."""

BY_HAND = "LETTER_BY_HAND"
"""The error that a diagram catches when a letter cannot go by itself; its text is the number of the letter."""


@dataclass(frozen=True)
class Order:
    """A letter that is wanted."""

    template: str
    fields: Mapping[str, Json]
    to: str | None = None
    """An e-mail address, a postal address, a fax number; by default the customer's e-mail."""
    manner: str | None = None
    """email, letter, fax, counter …; by default email where there is an address, else letter."""
    language: str | None = None
    """zh or en; by default the customer's."""
    unit: str | None = None
    """The unit that writes."""


def find_template(session: Session, instance_id: int, name: str, language: str) -> Template:
    """A letter of the deployment that an instance runs on, else of the current version that has it; LetterRefused."""
    path = f"{FOLDER}/{name}.{language if language in LANGUAGES else LANGUAGES[0]}.txt"
    content = contents.find_file(session, path, instance_id)
    if content is None:
        raise LetterRefused(letter=name, why=f"no folder has {path}")
    try:
        return read(name, path.split(".")[-2], content.decode())
    except ValueError as error:
        raise LetterRefused(letter=name, why=str(error)) from None


def draft(
    session: Session, office: Office, case: DbCase, order: Order, at: datetime, *, unfinished: bool = False
) -> Written:
    """The letter as it would be written now: what a preview shows, and what is kept and sent; LetterRefused.

    Args:
        session: reads only.
        office: with the settings.
        case: whose customer gets it.
        order: the letter.
        at: now.
        unfinished: a needed field that is empty is shown as a gap instead of being refused.
    """
    language = order.language or case.language
    template = find_template(session, case.instance_id, order.template, language)
    procedure, parties = procedures.of_instance(session, case.instance_id), _parties(session, case, order, language)
    names = {
        **names_of(office.settings, procedure, template.language, parties),
        "received_at": iso(case.received_at, office.zone),
        "case_no": case.number,
        "today": iso(at, office.zone)[:10],
        "tracking_code": None,  # letters of former versions have it; there is no page on which it would open something
        **{name: order.fields.get(name) for name in template.fields},
    }
    if unfinished:
        names |= {name: GAP for name in template.needed if names[name] in (None, "", [])}
    written = write(template, names, office.zone)
    if template.kind != LETTER:
        return written
    day = day_text(at.astimezone(office.zone).date(), template.language)
    return dressed(written, sheet_of(written, office.settings, names, parties, day))


def _parties(session: Session, case: DbCase, order: Order, language: str) -> Parties:
    """Who writes to whom: the customer of the case, its owner, and the unit that sends the letter."""
    english, to = language == "en", (order.to or "").strip()
    owner = session.get(DbPerson, case.owner) if case.owner else None
    unit = session.get(DbUnit, order.unit.split()[0]) if order.unit else None
    return Parties(
        name=case.said("complainant"),
        company=case.said("company"),
        address=to if to and "@" not in to and _manner(order) == "letter" else case.said("address"),
        product=case.said("product"),
        handler=(owner.name_en if english else owner.name_zh) if owner is not None else None,
        unit=(unit.name_en if english else unit.name_zh) if unit is not None and unit.kind == "unit" else None,
    )


def _manner(order: Order) -> str:
    return (order.manner or "email").replace("-", "").lower()


def send(office: Office, call: Call, order: Order) -> DbLetter:
    """Write a letter to the customer of the call's case and send it by e-mail, once; the letter with its sent_at.

    It is kept before it is sent and marked afterwards. After a crash in between, and only then, it is sent again under
    the same key, which mail servers and receivers recognise. LeaseLost when another worker does it by now. BpmnError
    BY_HAND for a letter that cannot go by itself: on paper, by fax, over the counter, without an address, refused by
    the mail server for good. LetterRefused when it cannot be written; other errors of the mail server are left to the
    engine, which tries again.
    """
    key = f"{order.template}-{call.idempotency_key}"
    with office.database.transaction() as session:
        former = f"{order.template}-{call.job_id}"  # of a letter that was under way at an upgrade
        letter = session.scalar(select(DbLetter).where(DbLetter.key.in_((key, former))))
        if letter is None:
            letter = _keep(session, office, call, order, key)
        session.expunge(letter)
    if letter.sent_at is not None:
        return letter
    if letter.channel != "email":
        raise BpmnError(BY_HAND, str(letter.id))
    message = replace(_message(letter, attached=office.settings.mail_pdf), make_sure=call.make_sure)
    call.make_sure()
    try:
        receipt = office.mail.send(message)
    except (MailRefused, LetterRefused) as error:
        office.database.insist(partial(_note, number=letter.id, receipt=failures.name_of(error)))
        raise BpmnError(BY_HAND, str(letter.id)) from None
    return office.database.insist(partial(_note, number=letter.id, receipt=receipt, sent_at=call.now))


def _note(session: Session, *, number: int, receipt: str, sent_at: datetime | None = None) -> DbLetter:
    """Write down what became of a letter; it may have left the house, so this must not fail for a lock."""
    letter = session.get_one(DbLetter, number)
    letter.sent_at, letter.receipt = sent_at, receipt
    session.flush()
    session.expunge(letter)
    return letter


def note_sent(
    session: Session, office: Office, call: Call, number: int, *, manner: str | None, on: date | None
) -> datetime:
    """Write down that a letter went out by hand, and on which day; the moment it counts from.

    NotFound for a letter of another case; VariablesRefused for a manner that is too long;
    ValueError for a day that has not come or lies before the letter.
    """
    case = register.find_of_step(session, call)
    asked = {"of": None if case is None or is_new(case) else case.id, "number": number}
    found = next(iter(_WRITTEN.rows(session.connection(), asked)), None)
    if found is None:
        raise NotFound(what="letter", key=number)
    written_at, channel = found
    if manner is not None and len(manner) > MOST_MANNER:
        raise VariablesRefused(name="sent_manner", problem=f"it is longer than {MOST_MANNER} signs")
    today, written = (moment.astimezone(office.zone).date() for moment in (call.now, written_at))
    day = on or today
    if not written <= day <= today:
        raise ValueError(f"a letter of {written} cannot have gone out on {day}; today is {today}")
    noon = datetime.combine(day, time(12), tzinfo=office.zone)
    sent = call.now if day == today else max(noon, written_at)
    changed = {"number": number, "new_sent_at": sent, "new_receipt": f"by {call.actor.id}"}
    changed |= {"new_channel": manner or channel}
    write_with(call, lambda: session.gathered.add(_SENT, [changed]))
    return sent


_WRITTEN = Prepared(
    select(DbLetter.written_at, DbLetter.channel).where(
        DbLetter.id == bindparam("number"), DbLetter.case_id == bindparam("of")
    )
)
_SENT = Prepared(
    update(DbLetter)
    .where(DbLetter.id == bindparam("number"))
    .values({name: bindparam(f"new_{name}") for name in ("sent_at", "receipt", "channel")})
)


def of_case(session: Session, case: DbCase) -> list[DbLetter]:
    """The letters of a case, oldest first."""
    return list(session.scalars(_OF_CASE, {"of": case.id}))


_OF_CASE = select(DbLetter).where(DbLetter.case_id == bindparam("of")).order_by(DbLetter.id)


def count_sent(session: Session) -> dict[str, int]:
    """How many letters went out, by template."""
    query = select(DbLetter.template, func.count()).where(DbLetter.sent_at.is_not(None)).group_by(DbLetter.template)
    return {row[0]: row[1] for row in session.execute(query)}


def _keep(session: Session, office: Office, call: Call, order: Order, key: str) -> DbLetter:
    case = register.find_of_step(session, call)
    if case is None:
        raise NotFound(what="case of instance", key=call.instance_id)
    written = draft(session, office, case, order, call.now)
    recipient = (order.to or case.said("email") or "").strip()
    manner = _manner(order)
    letter = DbLetter(
        case_id=case.id,
        key=key,
        template=written.template,
        language=written.language,
        channel=manner if manner != "email" or "@" in recipient else "letter",
        recipient=recipient,
        subject=written.subject,
        text=written.text,
        html=written.html,
        sheet=asdict(written.sheet) if written.sheet is not None else None,
        written_at=call.now,
    )
    session.add(letter)
    session.flush()
    return letter


def _message(letter: DbLetter, *, attached: bool) -> Message:
    sheet = printed.sheet_of(letter)
    return Message(
        key=letter.key,
        template=letter.template,
        channel=letter.channel,
        to=letter.recipient,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        written_at=letter.written_at,
        pdf=printing.typeset(sheet) if attached and sheet is not None else None,
    )
