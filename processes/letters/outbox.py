"""Letters on their way out: written and kept first, then sent, once for each key."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from engine import Call, Json, Session
from engine.errors import NotFound
from processes.cases import register
from processes.cases.schema import DbCase
from processes.errors import LetterRefused
from processes.letters import company_names, write
from processes.letters.mail import Message
from processes.letters.schema import DbLetter
from processes.office import Office
from processes.reading import given, iso


def send(
    office: Office,
    call: Call,
    template: str,
    names: tuple[str, ...],
    *,
    more: Mapping[str, Json] | None = None,
    code: bool = False,
) -> datetime:
    """Write a letter to the customer of the call's case and send it; when it went out, or had gone out before.

    The letter is kept before it is sent and marked afterwards. After a crash in between it is sent again under the same
    key, which mail servers and receivers recognise.

    Args:
        office: with the database, the mail and the settings.
        call: of a service with effects outside the database.
        template: TPL-ACK, TPL-REPLY …
        names: the inputs or variables that the letter uses; what is not there is null.
        more: further names with their values.
        code: whether the letter tells the secret code.

    LetterRefused when it cannot be written; errors of the mail server are left to the engine, which tries again.
    """
    key = f"{template}-{call.idempotency_key}"
    values = {name: given(call, name) for name in names} | dict(more or {})
    with office.database.transaction() as session:
        letter = session.scalar(select(DbLetter).where(DbLetter.key == key))
        if letter is None:
            letter = _write(session, office, call, template=template, key=key, values=values, code=code)
        if letter.sent_at is not None:
            return letter.sent_at
        message = _message(letter)
        number = letter.id
    receipt = office.mail.send(message)
    with office.database.transaction() as session:
        letter = session.get_one(DbLetter, number)
        letter.sent_at, letter.receipt = call.now, receipt
        return call.now


def of_case(session: Session, case: DbCase) -> list[DbLetter]:
    """The letters of a case, oldest first."""
    return list(session.scalars(select(DbLetter).where(DbLetter.case_id == case.id).order_by(DbLetter.id)))


def _write(
    session: Session, office: Office, call: Call, *, template: str, key: str, values: dict[str, Json], code: bool
) -> DbLetter:
    case = register.find_of_instance(session, call.instance_id)
    if case is None:
        raise NotFound(what="case of instance", key=call.instance_id)
    if values.get("received_at", "") is None:
        values["received_at"] = iso(case.received_at, office.zone)
    names = {
        **company_names(office.settings, case.language, case.said("complainant")),
        **values,
        "case_no": case.number,
        "today": iso(call.now, office.zone)[:10],
        **({"tracking_code": office.tracking_code(case.number)} if code else {}),
    }
    missing = [name for name in ("reject_reason", "reply_solution") if name in names and not names[name]]
    if missing:
        raise LetterRefused(letter=template, why=f"{missing[0]} is empty")
    written = write(template, case.language, names, office.zone)
    channel = str(given(call, "reply_channel") or "email").replace("-", "").lower()
    recipient = str(given(call, "reply_to") or case.said("email") or "")
    letter = DbLetter(
        case_id=case.id,
        key=key,
        template=template,
        language=written.language,
        channel=channel if channel != "email" or "@" in recipient else "letter",
        recipient=recipient,
        subject=written.subject,
        text=written.text,
        html=written.html,
        written_at=call.now,
    )
    session.add(letter)
    session.flush()
    return letter


def _message(letter: DbLetter) -> Message:
    return Message(
        key=letter.key,
        template=letter.template,
        channel=letter.channel,
        to=letter.recipient if letter.channel == "email" else "",
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        written_at=letter.written_at,
    )
