"""The words of an agreement: from a template of the folder and what was approved; and their hash."""

import hashlib
from collections.abc import Mapping
from decimal import Decimal

from engine import Call, Json, Session
from processes.agreements.approval import Terms
from processes.cases import outbox
from processes.letters.rendering import write
from processes.office import Office
from processes.people.schema import DbUnit
from processes.values import money_of

DIGITS = "零壹贰叁肆伍陆柒捌玖"
SCALES = ("", "拾", "佰", "仟")
MYRIADS = ("", "万", "亿", "万亿")


def text_of(
    session: Session, office: Office, call: Call, template: str, fields: Mapping[str, Json], *, language: str
) -> tuple[str, str]:
    """Title and text from a template; LetterRefused where it needs what is not there."""
    found = outbox.find_template(session, call.instance_id, template, language)
    written = write(found, fields, office.zone)
    return written.subject, written.text.strip()


def digest(text: str) -> str:
    """The hash of a text as it is kept: SHA-256 of its UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def short(sha256: str) -> str:
    """The beginning of a hash as people compare it: 3F2A-90C1-77D4-0B6E."""
    head = sha256[:16].upper()
    return "-".join(head[start : start + 4] for start in range(0, 16, 4))


def remedies_of(session: Session, terms: Terms, language: str) -> list[dict[str, Json]]:
    """The remedies as the template writes them: amounts with two places and in capital numerals, units by name."""
    names = {unit.key: unit.name_en if language == "en" else unit.name_zh for unit in session.query(DbUnit)}
    found: list[dict[str, Json]] = []
    for number, row in enumerate(terms.remedies, 1):
        amount = money_of(row.get("amount"))
        found.append(
            {
                "number": number,
                "kind": row["kind"],
                "nature": row.get("nature"),
                "amount": f"{amount:,.2f}" if amount else None,
                "in_words": capitals(amount) if amount else None,
                "due": str(row["due"])[:10],
                "executor": names.get(str(row["executor"]), str(row["executor"])),
                "note": within(row.get("note")),
            }
        )
    return found


def within(note: Json) -> str | None:
    """A note as it stands within a sentence: without an end of its own."""
    return str(note or "").rstrip(" 。.；;") or None


def capitals(amount: Decimal) -> str:
    """An amount in the numerals that contracts use: 壹仟贰佰元整, 叁元零伍分."""
    cents = int((amount * 100).to_integral_value())
    yuan, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    whole = f"{_whole(yuan)}元" if yuan else ""
    if not jiao and not fen:
        return f"{whole or '零元'}整"
    tenths = f"{DIGITS[jiao]}角" if jiao else DIGITS[0] if whole else ""
    return f"{whole}{tenths}{f'{DIGITS[fen]}分' if fen else ''}"


def _whole(number: int) -> str:
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    said = ""
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if not group:
            continue
        gap = said and (group < 1000 or not groups[place + 1])
        said += (DIGITS[0] if gap else "") + _group(group) + MYRIADS[place]
    return said


def _group(number: int) -> str:
    said, zero = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            said += (DIGITS[0] if zero and said else "") + DIGITS[digit] + SCALES[place]
            zero = False
        else:
            zero = True
    return said
