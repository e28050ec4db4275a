"""A real server on a clock of its own, and a headless Chromium to visit it."""

import os
import shutil
from datetime import datetime

import flask
import pytest
import serving
import shipped
from gallery import Guest, Served, furnish
from playwright.sync_api import sync_playwright

from engine.clock import SetClock
from engine.work.dispatch import work_once
from processes.demo import PASSWORD
from processes.demo.people import settle
from processes.letters.mail import RecordingMail
from processes.people import passwords, sign_ins
from processes.settings import Settings
from web.account.sign_in import carry
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


NEXT_FRAME = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
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


class House:
    """An installation with the demo's people, served to a browser."""

    def __init__(self, url, start, deployments=None):
        self.clock = SetClock(datetime.fromisoformat(start))
        self.mail = RecordingMail()
        # weeks go by on the clock while the same browsers stay open
        settings = Settings(sign_in_idle_hours=10_000, sign_in_most_hours=10_000, password_cost="low")
        self.kesu = compose(settings, url, secret=b"a secret of browser tests only!", clock=self.clock, mail=self.mail)
        self.database = self.kesu.database
        if deployments is None:
            shipped.put(self.database)
            with self.database.transaction() as session:
                settle(session, passwords.hash_new(PASSWORD, "low"))
        else:
            self.kesu.runtime.deployments.update(deployments)
        self.app = create_app(self.kesu, {"PARTS_PAGE": True, "LOOPBACK": True})
        self.server = serving.Server(self.app)
        self.address = self.server.address

    def ticket(self, login):
        """The cookie of somebody who has signed in, for plays in which the signing in is not what is looked at."""
        with self.database.transaction() as session:
            token = sign_ins.begin(session, login, self.kesu.settings)
        with self.app.test_request_context():
            carry(token)
            text = self.app.session_interface.get_signing_serializer(self.app).dumps(dict(flask.session))
        return {"name": self.app.config["SESSION_COOKIE_NAME"], "value": text, "url": self.address}

    def until(self, moment):
        """Move the clock and do what has fallen due."""
        self.clock.set(datetime.fromisoformat(moment))
        self.work()

    def work(self):
        """Do what is due now; the embedded dispatcher does it within half a second."""
        work_once(self.database)

    def close(self):
        self.server.stop()
        self.database.close()


@pytest.fixture(scope="session")
def settled(sqlite_template, tmp_path_factory):
    """The house with its people, made once: the file to copy, and what was parsed of the procedures."""
    path = tmp_path_factory.mktemp("settled") / "kesu.db"
    shutil.copy(sqlite_template, path)
    opened = House(f"sqlite:///{path}", MONDAY)
    opened.close()
    return path, opened.kesu.runtime.deployments


@pytest.fixture
def house(settled, tmp_path):
    """The house on Monday, 2 November 2026, ten o'clock in Shanghai."""
    template, deployments = settled
    path = tmp_path / "kesu.db"
    shutil.copy(template, path)
    opened = House(f"sqlite:///{path}", MONDAY, deployments)
    yield opened
    opened.close()


class Person:
    """Somebody in front of a browser."""

    def __init__(self, browser, house, login, *, width=1440, height=900, language="en-GB", ticket=None, **options):
        self.house, self.login = house, login
        self.context = browser.new_context(viewport={"width": width, "height": height}, locale=language, **options)
        self.context.set_default_timeout(8000)
        self.page = self.context.new_page()
        self.errors = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.asked = set()
        self.page.on("request", lambda request: self.asked.add(request) if request.url.endswith("/fields") else None)
        self.page.on("response", lambda response: self.asked.discard(response.request))
        self.page.on("requestfailed", lambda request: self.asked.discard(request))  # noqa: PLW0108 takes no built-in
        if ticket is not None:
            self.context.add_cookies([ticket])
            self.context.add_init_script("window.requestIdleCallback = () => 0")  # drawings are looked at elsewhere
            return
        self.go("/sign-in")
        self.page.fill("[name=login]", login)
        self.page.fill("[name=password]", PASSWORD)
        self.page.press("[name=password]", "Enter")
        self.page.wait_for_url("**/work*")

    def go(self, path):
        self.page.goto(self.house.address + path)

    def fill(self, answers, prefix=""):
        """Answer the questions of the form on the page, as a scenario names them."""
        for key, value in answers.items():
            self.answer(f"{prefix}{key}", value)

    def settle(self):
        """Wait until the fields that depend on the answers stand there, as a person does who looks before clicking."""
        self.page.evaluate(NEXT_FRAME)
        while self.asked:
            self.page.wait_for_timeout(20)
        self.page.evaluate(NEXT_FRAME)

    def answer(self, name, value):
        field = self.page.locator(f'main [name="{name}"]')
        if field.count() == 0 and self.page.locator(f'main [name="_add:{name}"]').count():
            self.answer_rows(name, value)
            return
        field.first.wait_for(state="attached")
        kind = field.first.get_attribute("type")
        if kind == "radio":
            text = str(value).lower() if isinstance(value, bool) else str(value)
            self.page.locator(f'main [name="{name}"][value="{text}"]').check(force=True)
        elif kind == "text" and isinstance(value, list):
            field.first.fill(", ".join(value))
        elif kind == "checkbox" and isinstance(value, list):
            for each in value:
                self.page.locator(f'main [name="{name}"][value="{each}"]').check(force=True)
        elif kind == "checkbox":
            field.first.set_checked(bool(value), force=True)
        elif field.first.evaluate("element => element.tagName") == "SELECT":
            field.first.select_option(str(value).lower() if isinstance(value, bool) else str(value))
        else:
            field.first.fill(str(value))

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
        self.context.close()
        assert self.errors == []


@pytest.fixture
def visit(chromium, house):
    """Signs somebody of the demo in; the page must not have thrown anything at the end."""
    people = []

    def visit_as(login, **options):
        people.append(Person(chromium, house, login, **options))
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
def served(furnished, tmp_path):
    """A hall of one's own with that case."""
    template, deployments, number = furnished
    path = tmp_path / "kesu.db"
    shutil.copy(template, path)
    opened = Served(f"sqlite:///{path}", deployments, number)
    yield opened
    opened.close()


@pytest.fixture
def guest(served, chromium):
    """Brings somebody before it; the pages must not have complained at the end."""
    guests = []

    def visit(login="wang", **options):
        guests.append(Guest(chromium, served, login, **options))
        return guests[-1]

    yield visit
    for each in guests:
        each.close()
