"""Every address and method of the application, tried by who may not: refused, and nothing is written.

Who adds an address says here who may not use it and what is sent there; the same, sent by who may, is taken.
"""

import io
import sqlite3

import pytest
from hall import COMPLAINT, PASSWORD
from sqlalchemy import func, select
from test_web_reopening import EXPLAINED, REQUEST

from engine.run import messages
from engine.store.schema import DbEvent, DbTask, DbTimer
from processes.cases import register
from processes.cases.schema import DbDocument, DbNotice
from processes.desk.schema import DbSavedView
from processes.letters.schema import DbLetter
from processes.people.schema import DbSubstitution
from web.account.sign_in import OPEN

pytestmark = pytest.mark.seconds(12)

WHY = {"reason": "because"}
FOR_ALL = {
    *("account.page", "account.password", "cases.list_cases", "exported_cases.export", "notices.index", "parts.page"),
    *("parts.sample", "procedures.choose", "search.results", "search.suggest", "start.choose", "views.form"),
    *("work.home", "work.inbox", "work.news", "procedures.procedure", "diagrams.drawing"),
}
"""Pages with what is one's own, with those of many things which one may see, and with the rules of the house."""

TOLD = COMPLAINT | {
    "received_at": "2026-10-12T08:30",
    "restatement_confirmed": "true",
    "lot_no": "L1",
    "order_no": "O1",
}
TOLD |= {"phone": "13900001111", "email": "a@example.com", "injury_or_safety": "false", "regulator_or_media": "false"}
VERIFIED = {"checked_items": ["order"], "verify_result": "accept"}
SNOOZED = {"until": "2026-10-13"}
VIEW = {"name": "mine", "view": "group"}
AWAY = {"person": "wang", "substitute": "stranger", "first_day": "2026-10-12", "last_day": "2026-10-13"}
PASSWORDS = {"present_password": PASSWORD, "new_password": "a long way home", "password_again": "a long way home"}
NEW = {"login": "new", "name_zh": "x", "name_en": "x", "groups": ["admin"], "active": "on"}

CLOSED = ("stranger", "feng")
"""Of a unit that has nothing to do with the case, and of the one that reads all cases and works on none."""
ACTS = [
    # by whom it is done, what is sent, and to whom it is closed, in the order in which each can be done
    ("register.fields", "sun", TOLD, CLOSED),
    ("register.similar", "sun", TOLD, CLOSED),
    ("register.caller", "sun", TOLD, CLOSED),
    ("register.outlook", "sun", TOLD, CLOSED),
    ("register.draft", "sun", TOLD, CLOSED),
    ("register.register", "sun", TOLD, CLOSED),
    ("start.start", "gao", {}, CLOSED),
    ("tasks.fields", "wang", VERIFIED, CLOSED),
    ("tasks.draft", "wang", VERIFIED, CLOSED),
    ("tasks.preview", "wang", EXPLAINED, CLOSED),
    ("selected.claim", "wang", {}, CLOSED),
    ("tasks.unclaim", "wang", {}, (*CLOSED, "he")),
    ("tasks.claim", "wang", {}, CLOSED),
    ("tasks.ask_for", "he", {}, CLOSED),
    ("snooze.put_off", "chen", SNOOZED, CLOSED),
    ("snooze.end", "chen", {}, CLOSED),
    ("selected.put_off", "chen", SNOOZED | {"_sure": "1"}, CLOSED),
    ("selected.comment", "wang", {"text": "x", "_sure": "1", "_once": "s"}, ("stranger",)),
    ("selected.reassign", "wang", {"to": "he", "_sure": "1"} | WHY, CLOSED),
    ("tasks.pass_on", "he", {"to": "wang"} | WHY, CLOSED),
    ("tasks.complete", "wang", VERIFIED, CLOSED),
    ("selected.complete", "wang", {"_sure": "1"}, CLOSED),
    ("comments.write", "wang", {"text": "x", "_once": "c"}, ("stranger",)),
    ("contacts.lift", "wang", {}, ("stranger",)),
    ("papers.add", "wang", {"files": "file"}, CLOSED),
    ("record.fields", "wang", {}, CLOSED),
    ("record.record", "wang", {"withdrawn_by": "林女士", "withdrawal_channel": "phone"}, CLOSED),
    ("linked.undo", "sun", WHY, CLOSED),
    ("reopen.fields", "sun", REQUEST, CLOSED),
    ("reopen.ask", "sun", REQUEST, CLOSED),
    ("notices.follow", "wang", {}, CLOSED),
    ("notices.read", "wang", {}, CLOSED),
    ("notices.read_all", "wang", {}, ()),
    ("views.save", "wang", VIEW, ()),
    ("views.change", "wang", VIEW | {"name": "ours"}, CLOSED),
    ("views.delete", "wang", {}, CLOSED),
    ("substitutes.make", "wang", AWAY | WHY | {"units": ["sales"]}, CLOSED),
    ("substitutes.end", "wang", {}, CLOSED),
    ("account.end_others", "wang", {}, ()),
    ("account.change_password", "wang", PASSWORDS, ()),
    ("sign_in.leave", "wang", {}, ()),
]
READING = {
    "register.fields",
    "register.similar",
    "register.caller",
    "register.outlook",
    "tasks.fields",
    "tasks.preview",
}
READING |= {"record.fields", "reopen.fields"}
"""What is posted because it is long, and only read."""
ABSENT = {"admin.look_into", "admin.retry", "admin.retry_job", "admin.retry_failed", "admin.retry_all", "admin.deploy"}
"""What nothing in this house asks for: no case is closed to administrators, nothing is broken or proposed."""


def staged(hall):
    """A case that was closed, one to be explained, one to be verified, one that is linked with it; and wang's things."""
    said = {"verify_result": "misunderstanding", "verify_reason": "客户把 220 伏机器接到 380 伏电源。"}
    closed = hall.register()
    hall.do("UT_AcceptCase", "wang")
    hall.do("UT_Verify", "wang", checked_items=["order"], **said)
    hall.do("UT_ExplainReject", "wang", **EXPLAINED)
    hall.do("UT_HeadConfirmReject", "zhao", reject_decision="confirm")
    hall.until("2026-10-12T09:00")
    day = {"received_at": "2026-10-12T09:00:00+08:00"}
    hall.register(**day)
    hall.do("UT_AcceptCase", "wang")
    hall.do("UT_Verify", "wang", checked_items=["order"], **said)
    number = hall.register(**day)
    hall.do("UT_AcceptCase", "wang")
    other = hall.register(**day, same_as=number, same_kind="link")
    wang = hall.visitor("wang")
    for address, data in (
        ("/work/views/new", VIEW),
        ("/account/substitutes", AWAY | WHY | {"substitute": "qian", "units": ["sales"]}),
        (f"/cases/{number}/documents/add", {"files": (io.BytesIO(b"%PDF-1.4 x\n%%EOF\n"), "x.pdf")}),
    ):
        assert wang.post(address, data=data).status_code == 303, address
    for text in ("1", "2"):
        hall.visitor("he").post(f"/cases/{number}/comment", data={"text": text, "_once": text})
    return closed, number, other


@pytest.fixture
def house(make_played):
    hall, hall.numbers = make_played(staged)
    return hall


def places(hall):
    """What stands in the addresses for each of their parts, by endpoint where they are not the same."""
    closed, number, other = hall.numbers
    with hall.database.reading() as session:
        case = register.find_by_number(session, number)
        waiting = messages.recordable(session, case.instance_id, by=hall.actor("wang"))
        token = next(each.token for each in waiting if each.label == "Customer withdraws")
        done = select(DbEvent.id).where(DbEvent.instance_id == case.instance_id, DbEvent.kind == "completed")
        open_ = select(DbTask.id).where(DbTask.status == "open").order_by(DbTask.id.desc())
        notices = session.scalars(select(DbNotice.id).where(DbNotice.person == "wang").order_by(DbNotice.id.desc()))
        first, second = list(notices)[:2]

        def last(table, *where):
            return session.scalar(select(func.max(table.id)).where(*where))

        known = {
            "number": number,
            "other": other,
            "task_id": session.scalar(open_.where(DbTask.element == "UT_Verify")),
            "instance_id": case.instance_id,
            "document_id": last(DbDocument),
            "letter_id": last(DbLetter),
            "entry_key": f"event-{session.scalar(done)}",
            "token": token,
            "scope": 0,
            "key": "kb_sales_quality",
            "process_key": "kb_sales_quality",
            "name": "kb_sales_quality",
            "tongue": "en",
            "path": "procedure.toml",
            "filename": "app.css",
            "of_list": "work",
            "deployment_id": hall.deployed("kb_sales_quality"),
            "login": "he",
            "job_id": 1,
            "incident_id": 1,
            "timer_id": last(DbTimer, DbTimer.instance_id == case.instance_id),
        }
        later = session.scalar(open_.where(DbTask.element == "UT_RootCause"))
        views, away = last(DbSavedView), last(DbSubstitution)
        return known, {
            **{key: {"number": closed} for key in ("reopen.form", "reopen.ask", "reopen.fields")},
            **{key: {"number": views} for key in ("views.edit", "views.change", "views.ask_delete", "views.delete")},
            "tasks.preview": {"task_id": session.scalar(open_.where(DbTask.element == "UT_ExplainReject"))},
            **{key: {"task_id": later} for key in ("snooze.put_off", "snooze.end", "selected.put_off")},
            "selected.complete": {"task_id": session.scalar(open_.where(DbTask.element == "UT_AcceptCase"))},
            "notices.follow": {"number": first},
            "notices.read": {"number": second},
            "substitutes.end": {"number": away},
            "statistics.export": {"key": "R01"},
            "start.start": {"key": "review_meeting"},
        }


def address(hall, endpoint, method, known, own):
    """The address with its parts filled in."""
    rule = rules(hall, method)[endpoint]
    parts = known | own.get(endpoint, {})
    with hall.app.test_request_context():
        chosen = {name: parts[name] for name in rule.arguments}
        return hall.app.url_map.bind("").build(endpoint, chosen, method=method)


def rules(hall, method):
    return {rule.endpoint: rule for rule in hall.app.url_map.iter_rules() if method in rule.methods}


class Written:
    """Whether anything was written since one last asked: a change of nothing counts, too."""

    def __init__(self, hall):
        self.file = sqlite3.connect(hall.database.url.database)
        self.seen = self._count()

    def _count(self):
        return self.file.execute("PRAGMA data_version").fetchone()

    def anything(self):
        before, self.seen = self.seen, self._count()
        return before != self.seen


def test_each_act_is_named_and_there_are_pages_and_acts_alone(hall):
    methods = {method for rule in hall.app.url_map.iter_rules() for method in rule.methods}
    assert methods == {"GET", "HEAD", "OPTIONS", "POST"}
    named = {endpoint for endpoint, *_ in ACTS}
    others = {endpoint for endpoint in rules(hall, "POST") if endpoint.startswith("admin.")} | OPEN
    assert named == rules(hall, "POST").keys() - others


def test_what_somebody_may_do_others_may_not_and_nothing_is_written(house):
    known, own = places(house)
    people = {login: house.visitor(login) for login in ("sun", "wang", "he", "gao", "chen", *CLOSED)}
    nobody, written, wrong = house.visitor(), Written(house), {}
    for endpoint, who, data, closed in ACTS:
        there = address(house, endpoint, "POST", known, own)

        def send(client, endpoint=endpoint, there=there, data=data):
            sent = data | ({"task": own.get(endpoint, known)["task_id"]} if endpoint.startswith("selected.") else {})
            file = {"files": (io.BytesIO(b"%PDF-1.4 y\n%%EOF\n"), "y.pdf")} if "files" in data else {}
            return client.post(there, data=sent | file)

        refused = [("nobody", send(nobody).status_code == 401, written.anything())]
        for login in closed:
            status = send(people[login]).status_code
            refused.append((login, status >= 400 or endpoint.startswith("selected."), written.anything()))
        answer = send(people[who])
        taken = (answer.status_code in (200, 303), written.anything())
        if {each[1:] for each in refused} != {(True, False)} or taken != (True, endpoint not in READING):
            wrong[endpoint] = (refused, answer.status_code, taken)
    assert wrong == {}


def test_only_administrators_act_as_such(house):
    known, own = places(house)
    people = [house.visitor(login) for login in ("wang", "feng", "stranger")]
    nobody, admin, written = house.visitor(), house.visitor("admin"), Written(house)
    for endpoint in filter(lambda each: each.startswith("admin."), rules(house, "POST")):
        there = address(house, endpoint, "POST", known, own)
        for client, status in ((nobody, 401), *((each, 404) for each in people)):
            assert (client.post(there, data=WHY | NEW).status_code, written.anything()) == (status, False), endpoint
        assert (admin.post(there).status_code == 404) is (endpoint in ABSENT), endpoint


def test_a_page_is_for_those_who_may_see_it(house):
    known, own = places(house)
    nobody, stranger = house.visitor(), house.visitor("stranger")
    others = [house.visitor(login) for login in ("wang", "sun", "feng", "gao", "admin")]
    for endpoint in rules(house, "GET").keys() - OPEN:
        there = address(house, endpoint, "GET", known, own)
        assert nobody.get(there).location.startswith("/sign-in?next="), endpoint
        assert (stranger.get(there).status_code == 404) is (endpoint not in FOR_ALL), endpoint
        if endpoint.startswith("admin."):
            assert [each.get(there).status_code for each in others[:4]] == [404] * 4, endpoint
        elif endpoint not in FOR_ALL:
            assert any(each.get(there).status_code != 404 for each in others), endpoint


def test_nothing_is_taken_that_does_not_come_from_a_page_of_ours(house):
    known, own = places(house)
    clients, written = [house.visitor(login) for login in ("wang", "admin")], Written(house)
    house.app.config["WTF_CSRF_ENABLED"] = True
    for endpoint in rules(house, "POST").keys() - {"verify.look"}:
        there = address(house, endpoint, "POST", known, own)
        for client in clients:
            assert (client.post(there, data=WHY).status_code, written.anything()) == (400, False), endpoint
