"""A real server on a clock of its own, and a headless Chromium to visit it."""

import os
import shutil
from datetime import datetime

import pytest
import serving
import shipped
from gallery import Guest, Served, furnish
from playwright.sync_api import sync_playwright
from windows import Windows, sign_in

from engine.clock import SetClock
from engine.work.dispatch import work_once
from processes.demo import PASSWORD
from processes.demo.people import settle
from processes.mail import RecordingMail
from processes.people import passwords
from processes.settings import Settings
from web.app import create_app
from web.compose import compose

MISSING = "no Chromium is installed: the browser tests cannot run"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",  # as root in a container
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items):
    for item in items:
        if "/browser/" in str(item.path):
            item.add_marker("browser")


KIND = """name => {
  const field = document.querySelector(`main [name="${CSS.escape(name)}"]`);
  if (!field) return document.querySelector(`main [name="${CSS.escape("_add:" + name)}"]`) ? "rows" : "";
  return field.tagName === "SELECT" ? "select" : field.type;
}"""
"""What stands on the page for a question; asked at once, as each asking crosses three processes."""
NEXT_FRAME = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
POLICY = "Content Security Policy"
"""What a browser complains of in these words would have run, or come from elsewhere."""
MONDAY = "2026-11-02T10:00+08:00"


@pytest.fixture(scope="session")
def chromium():
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        if os.environ.get("KESU_REQUIRE_BROWSER") == "1":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def door():
    """The one address of all houses."""
    opened = serving.Door()
    yield opened
    opened.server.stop()


@pytest.fixture(scope="session")
def windows(chromium, door):
    return Windows(chromium, door.address)


class House:
    """An installation with the demo's people, served to a browser."""

    def __init__(self, door, url, start, deployments=None):
        self.clock = SetClock(datetime.fromisoformat(start))
        self.mail = RecordingMail()
        # weeks go by on the clock while the same browsers stay open
        settings = Settings(sign_in_idle_hours=10_000, sign_in_most_hours=10_000, password_cost="low")
        self.kesu = compose(settings, url, secret=b"a secret of browser tests only!", clock=self.clock, mail=self.mail)
        self.database = self.kesu.database
        if deployments is None:
            shipped.put(self.database)
            with self.database.transaction() as session:
                settle(session, passwords.hash_checked(PASSWORD, "low"))
        else:
            self.kesu.runtime.deployments.update(deployments)
        app = create_app(self.kesu, {"PARTS_PAGE": True, "LOOPBACK": True})
        self.door, self.address = door, door.address
        door.open(app)

    def until(self, moment):
        """Move the clock and do what has fallen due."""
        self.clock.set(datetime.fromisoformat(moment))
        self.work()

    def work(self):
        """Do what is due now; the embedded dispatcher does it within half a second."""
        work_once(self.database)

    def close(self):
        self.door.close()
        self.database.close()


@pytest.fixture(scope="session")
def settled(sqlite_template, tmp_path_factory, door):
    """The house with its people, made once: the file to copy, and what was parsed of the procedures."""
    path = tmp_path_factory.mktemp("settled") / "kesu.db"
    shutil.copy(sqlite_template, path)
    opened = House(door, f"sqlite:///{path}", MONDAY)
    opened.close()
    return path, opened.kesu.runtime.deployments


@pytest.fixture
def house(settled, tmp_path, door):
    """The house on Monday, 2 November 2026, ten o'clock in Shanghai."""
    template, deployments = settled
    path = tmp_path / "kesu.db"
    shutil.copy(template, path)
    opened = House(door, f"sqlite:///{path}", MONDAY, deployments)
    yield opened
    opened.close()


class Person:
    """Somebody in front of a browser."""

    def __init__(self, windows, house, login, *, width=1440, height=900, language="en-GB", **options):
        self.house, self.windows, self.login = house, windows, login
        self.options = {"locale": language, **options}
        self.page = windows.open(width, height, timeout=8000, **self.options)
        self.context = self.page.context
        self.errors, self.asked = [], set()
        self.heard = {
            "pageerror": lambda error: self.errors.append(str(error)),
            "console": lambda said: self.errors.append(said.text) if POLICY in said.text else None,
            "request": lambda request: self.asked.add(request) if request.url.endswith("/fields") else None,
            "response": lambda response: self.asked.discard(response.request),
            "requestfailed": lambda request: self.asked.discard(request),  # noqa: PLW0108 takes no built-in
        }
        for event, hear in self.heard.items():
            self.page.on(event, hear)
        sign_in(self.page, house.address, login, PASSWORD)

    def go(self, path):
        self.page.goto(self.house.address + path)

    def fill(self, answers, prefix=""):
        """Answer the questions of the form on the page, as a scenario names them."""
        for key, value in answers.items():
            self.answer(f"{prefix}{key}", value)

    def settle(self):
        """Wait until the fields that depend on the answers stand there, as a person does who looks before clicking."""
        self.page.evaluate(NEXT_FRAME)
        self.let_come()
        self.page.evaluate(NEXT_FRAME)

    def let_come(self):
        """Wait for the fields that were asked for: they push others away from under the pointer."""
        while self.asked:
            self.page.wait_for_timeout(20)

    def answer(self, name, value):
        field = self.page.locator(f'main [name="{name}"]').first
        kind = self.page.evaluate(KIND, name)
        if not kind:
            field.wait_for(state="attached")
            kind = self.page.evaluate(KIND, name)
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if kind in ("radio", "checkbox"):
            self.let_come()
        if kind == "rows":
            self.answer_rows(name, value)
        elif kind == "radio":
            self.page.locator(f'main [name="{name}"][value="{text}"]').check(force=True)
        elif kind == "text" and isinstance(value, list):
            field.fill(", ".join(value))
        elif kind == "checkbox" and isinstance(value, list):
            for each in value:
                self.page.locator(f'main [name="{name}"][value="{each}"]').check(force=True)
        elif kind == "checkbox":
            field.set_checked(bool(value), force=True)
        elif kind == "select":
            field.select_option(text)
        else:
            field.fill(str(value))

    def answer_rows(self, name, rows):
        """Exactly these rows: what is too much is removed first."""
        surplus = self.page.locator(f'main [name="_remove:{name}:{len(rows)}"]')
        while surplus.count():
            surplus.click()
            self.settle()
        for number, row in enumerate(rows):
            if not self.page.locator(f'main [name^="{name}.{number}."]').count():
                self.page.locator(f'main [name="_add:{name}"]').click()
                self.page.locator(f'main [name^="{name}.{number}."]').last.wait_for()
            self.fill(row, f"{name}.{number}.")

    def choose(self, link):
        """Follow a link of the page, out of its menu where it is one of several."""
        if not link.first.is_visible():
            link.first.locator("xpath=ancestor::details[1]/summary").click()
        link.first.click()

    def sign(self, name):
        self.page.fill(f'main [name="_sign:{name}:password"]', PASSWORD)

    def close(self):
        for event, hear in self.heard.items():
            self.page.remove_listener(event, hear)
        self.windows.give_back(self.page, **self.options)
        assert self.errors == []


@pytest.fixture
def visit(windows, house):
    """Signs somebody of the demo in; the page must not have thrown anything at the end."""
    people = []

    def visit_as(login, **options):
        people.append(Person(windows, house, login, **options))
        return people[-1]

    yield visit_as
    for person in people:
        person.close()


@pytest.fixture(scope="session")
def furnished(sqlite_template, tmp_path_factory):
    """The flagship case, played once: the file to copy, the deployments, the number."""
    path = tmp_path_factory.mktemp("furnished") / "kesu.db"
    shutil.copy(sqlite_template, path)
    return path, *furnish(f"sqlite:///{path}")


@pytest.fixture
def served(furnished, tmp_path, door):
    """A hall of one's own with that case."""
    template, deployments, number = furnished
    path = tmp_path / "kesu.db"
    shutil.copy(template, path)
    opened = Served(door, f"sqlite:///{path}", deployments, number)
    yield opened
    opened.close()


@pytest.fixture
def guest(served, windows):
    """Brings somebody before it; the pages must not have complained at the end."""
    guests = []

    def visit(login="wang", **options):
        guests.append(Guest(windows, served, login, **options))
        return guests[-1]

    yield visit
    for each in guests:
        each.close()
