"""Notices by mail: sent after the step that caused them, until the server has taken them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from sqlalchemy import bindparam, select, update

from engine import Database, Prepared, Session, leases, now
from processes.cases import notices
from processes.cases.schema import DbCase, DbNotice
from processes.errors import LetterRefused, MailRefused
from processes.mail import Message
from processes.office import Office
from processes.people import organisation
from processes.people.schema import DbPerson

NOTICE = "notice"
"""The template by which their mails are told from letters."""
MOST = 50
"""So many go in one go."""

SAID: Mapping[str, tuple[str, str]] = {
    "told": ("you are told of the case", "请知悉本案"),
    "warned": ("something falls due soon", "即将到期"),
    "breached": ("something is late", "已逾期"),
    "escalated": ("a delay was escalated to you", "逾期已上报"),
    "moved": ("a due date has moved", "时限已变动"),
    "stage_late": ("a step is late", "有步骤逾期"),
    "looked_into": ("an administrator looks into the case", "系统管理员正在查看本案"),
    "withheld": ("There is something in a case that few may read", "一件仅限少数人查阅的案件有新情况"),
}
"""What happened, in English and Chinese; nothing of the case stands in a mail but its number."""


@dataclass(frozen=True)
class _Waiting:
    number: int
    message: Message
    wanted: bool
    """Whether the person may still hear of the case."""


def send_waiting(database: Database, office: Office) -> int:
    """Send the notices that wait for it, some at a time; how many went out.

    What the server refuses for good is not tried again; on any other failure the rest waits for the next time. Of
    several workers one does it for all.
    """
    if not _waiting(database, 1):
        return 0
    with leases.one_at_a_time(database, "mail of notices") as lease:
        if lease is None:
            return 0
        found = _waiting(database, MOST)
        for each in found:
            lease.confirm()
            try:
                if each.wanted:
                    office.mail.send(each.message)
                state = "sent" if each.wanted else ""
            except (LetterRefused, MailRefused):
                state = "failed"
            database.insist(partial(_note, number=each.number, state=state))
        return len(found)


def _note(session: Session, *, number: int, state: str) -> None:
    session.execute(update(DbNotice).where(DbNotice.id == number).values(mail=state))


_WAITING = Prepared(
    select(DbNotice.id, DbNotice.at, DbNotice.kind, DbCase.number, DbPerson.email, DbPerson.language, DbPerson.login)
    .join(DbPerson, (DbPerson.login == DbNotice.person) & DbPerson.active)
    .outerjoin(DbCase, DbCase.id == DbNotice.case_id)
    .where(DbNotice.mail == "waiting")
    .order_by(DbNotice.id)
    .limit(bindparam("most"))
)


def _waiting(database: Database, most: int) -> list[_Waiting]:
    with database.reading() as session:
        moment = now(session)
        rows = _WAITING.rows(session.connection(), {"most": most})
        heard = [notices.may_hear(session, organisation.actor_of(session, row[-1]), row[0]) for row in rows]
    found = []
    for (number, at, kind, case, email, language, _login), wanted in zip(rows, heard, strict=True):
        text = SAID.get(kind, SAID["told"])[language != "en"]
        said = (f"{case}: {text}" if language == "en" else f"{case}：{text}") if case is not None else text
        message = Message(
            key=f"{NOTICE}-{number}-{at:%y%m%d%H%M%S}",  # a database that was restored gives numbers once more
            template=NOTICE,
            channel="email",
            to=email,
            subject=said,
            text=f"{said}\n",
            html=f"<p>{said}</p>",
            written_at=moment,
        )
        found.append(_Waiting(number, message, wanted))
    return found
