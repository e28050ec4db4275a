"""Services that write to the customer; each letter goes out once for its key."""

from collections.abc import Mapping
from datetime import date

from engine import Call, Json, Session
from processes.cases import outbox
from processes.office import Office
from processes.reading import iso


def send_letter(office: Office, call: Call) -> Mapping[str, Json]:
    """Write a letter from a template and send it by e-mail.

    Inputs:
        template: the letter's name, as its files in `letters/` are called.
        letter?: its fields by name; what is not in there is taken from the input or variable of that name.
        letter_to?: an address; by default the customer's e-mail.
        letter_manner?: email, letter, fax, counter; by default email where there is an address, else letter.
        letter_language?: zh or en; by default the customer's.
        letter_senders?: the unit that writes, which signs the letter with who handles the case.

    Outputs:
        letter_id: the number of the letter.
        letter_sent_at: when it went out.

    Errors:
        LETTER_BY_HAND: it cannot go by itself; the text is the number of the letter.
    """
    order = order_of({**call.variables, **call.inputs})
    letter = outbox.send(office, call, order)
    assert letter.sent_at is not None
    return {"letter_id": letter.id, "letter_sent_at": iso(letter.sent_at, office.zone)}


def order_of(given: Mapping[str, Json]) -> outbox.Order:
    """The letter that inputs and variables ask for, by their names."""
    fields = given.get("letter")
    return outbox.Order(
        template=_text(given, "template") or "",
        fields={**given, **(fields if isinstance(fields, Mapping) else {})},
        to=_text(given, "letter_to"),
        manner=_text(given, "letter_manner"),
        language=_text(given, "letter_language"),
        unit=_text(given, "letter_senders"),
    )


def note_sent(office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Write down that somebody has sent a letter by hand: printed and posted, faxed, handed over.

    Inputs:
        letter_id: the number of the letter.
        sent_manner?: letter, fax, counter, phone; by default as the letter says.
        sent_on?: the day on which it went out; by default today.

    Outputs:
        letter_sent_at: when it went out.
    """
    seen = {**call.variables, **call.inputs}
    day = _text(seen, "sent_on")
    on = date.fromisoformat(day[:10]) if day else None
    number, manner = int(seen["letter_id"]), _text(seen, "sent_manner")
    sent = outbox.note_sent(session, office, call, number, manner=manner, on=on)
    return {"letter_sent_at": iso(sent, office.zone)}


def _text(given: Mapping[str, Json], name: str) -> str | None:
    value = given.get(name)
    return str(value).strip() or None if value is not None else None
