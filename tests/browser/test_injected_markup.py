"""Markup in every free text, typed by people or drawn by the owner of a process, stays text; nothing breaks the policy."""

import io
import json
import re

import pytest
from gallery import Guest
from sqlalchemy import select
from staff import settle
from test_library_loan import FOLDER, GROUPS, LOAN, PEOPLE
from walks import addresses

from engine import SYSTEM, deployments
from processes import folders
from processes.cases.schema import DbCase, DbDocument
from processes.letters.schema import DbLetter

pytestmark = pytest.mark.seconds(20)

MARKUP = '<img src=x onerror="window.ran=1"><script>window.ran=1</script>\'"{{ 7 * 7 }}</textarea></title>'
"""Begins a picture that runs a script, ends what it may stand in, is a template."""
SEEN = "MARK9"
WATCH = """window.broken = []; document.addEventListener('securitypolicyviolation',
  (event) => window.broken.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`))"""
OUTSIDE = ("sign_in.leave", "health.alive")
FILE = re.compile(r"\.(csv|pdf|png|zip|bpmn)$|^/files/|/files/")


def marked(text):
    return f"{text} {SEEN}{MARKUP}"


def hostile(files):
    """A folder whose owner has put markup into every label, name, option and sentence."""
    found = {}
    for path, content in files.items():
        text = content.decode()
        if path.endswith(".form"):
            root = json.loads(text)
            _mark(root)
            text = json.dumps(root, ensure_ascii=False)
        elif path.endswith((".bpmn", ".dmn")):
            said = MARKUP.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
            text = re.sub(r'(<bpmn:\w+[^>]* name=")([^"]*)"', rf'\1\2 {SEEN}{said}"', text)
        elif path.endswith(".toml"):
            text = re.sub(r'\b(en|zh) = "([^"]*)"', _in_toml, text)
        elif path.startswith("letters/"):
            head, _, body = text.partition("\n\n")
            text = f"{head}\n\n<script>window.ran=1</script><img src=x onerror=window.ran=1>{body}"
        elif path.endswith(".po"):
            continue
        found[path] = text.encode()
    return found


def _in_toml(found):
    return f"{found[1]} = {json.dumps(marked(found[2]), ensure_ascii=False)}"


def _mark(each):
    if isinstance(each, list):
        for one in each:
            _mark(one)
    elif isinstance(each, dict):
        for key, value in each.items():
            if key in ("label", "text", "description") and isinstance(value, str) and not value.startswith("="):
                each[key] = marked(value)
            elif key in ("components", "values"):
                _mark(value)


@pytest.fixture
def injected(served):
    hall = served.hall
    given = folders.read(FOLDER)
    files = hostile(dict(given.files))
    people = {**PEOPLE, "eve": ["lending_desk", "stacks", "library_head", "reading_board", "admin", "intake"]}
    with hall.database.transaction() as session:
        deployments.deploy(session, given.key, files, by=SYSTEM)
        settle(session, people, {key: (marked(zh), marked(en)) for key, (zh, en) in GROUPS.items()})
    hall.app.config["WTF_CSRF_ENABLED"] = False
    client = hall.visitor("eve")
    typed = {name: marked(LOAN[name])[:95] for name in ("reader", "shelf_mark")} | {"story": marked(LOAN["story"])}
    done = client.post("/register/library_loan", data=LOAN | typed | {"_once": "one"})
    assert done.status_code == 303, done.text[-3000:]
    with hall.database.reading() as session:
        number = session.scalar(select(DbCase.number).where(DbCase.procedure == "library_loan"))
    picture = b'<svg xmlns="http://www.w3.org/2000/svg"><script>window.ran=1</script></svg>'
    files = [
        (io.BytesIO(picture), f"{SEEN}<img src=x onerror=window.ran=1>.txt"),
        (io.BytesIO(b"%PDF-1.4 <script>\n%%EOF\n"), "a.pdf"),
    ]
    done = client.post(f"/cases/{number}/comment", data={"text": marked("look"), "_once": "c", "files": files})
    assert done.status_code == 303, done.text
    client.post("/work/views/new", data={"name": marked("v")[:60], "unit": "stacks", "text": MARKUP})
    client.post(
        "/account/substitutes",
        data={
            "substitute": "bo",
            "first_day": "2026-10-01",
            "last_day": "2026-10-02",
            "units": ["stacks"],
            "reason": MARKUP,
        },
    )
    hall.app.config["WTF_CSRF_ENABLED"] = True
    hall.work()
    served.numbers = numbers(hall, number)
    return served


def numbers(hall, number):
    with hall.database.reading() as session:
        case = session.scalar(select(DbCase).where(DbCase.number == number))
        return {
            "number": [number],
            "task_id": [hall.open_task(name) for name in hall.open_tasks() if name.startswith("Check_")],
            "instance_id": [case.instance_id],
            "document_id": [*session.scalars(select(DbDocument.id).where(DbDocument.case_id == case.id))],
            "letter_id": [session.scalar(select(DbLetter.id).where(DbLetter.case_id == case.id))],
            "key": ["library_loan"],
            "process_key": ["loan_complaint"],
            "tongue": ["en"],
            "deployment_id": [hall.deployed("library_loan")],
            "login": ["ma"],
            "name": ["loan_complaint.bpmn"],
            "entry_key": ["event-1"],
            "other": [number],
            **{each: [1] for each in ("token", "incident_id", "job_id", "timer_id")},
        }


MORE = (
    "/admin/instances/{0}?tab=variables",
    "/admin/instances/{0}?tab=submissions",
    "/cases?state=all",
    "/work?view=group",
    "/search?q=<script>window.ran=1</script>",
)


def pages(served):
    """An address of each kind of page, but for files."""
    found = {}
    for endpoint, address in addresses(served.hall, served.numbers, "GET"):
        if endpoint not in OUTSIDE and not FILE.search(address):
            found.setdefault(endpoint, address)
    return [*found.values(), *(each.format(served.numbers["instance_id"][0]) for each in MORE)]


def test_what_is_typed_and_drawn_never_runs(injected, windows):
    visitors = [Guest(windows, injected, "eve", language=language) for language in ("en", "zh")]
    for each in visitors:
        each.page.add_init_script(WATCH)
    shown, wrong = 0, {}
    for place, address in enumerate(pages(injected)):
        page = visitors[place % 2].page
        if page.goto(injected.address + address).status == 200:
            shown += SEEN in page.content()
            state = page.evaluate("[window.ran ?? null, window.broken]")
            wrong |= {} if state == [None, []] else {address: state}
    assert wrong == {}
    assert shown > 40
    for each in visitors:
        each.again = False  # the watch would stay
        each.close()
