"""A scenario played by people at their browsers, each in a session of their own; what is known by then, by the engine."""

import os
import re
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import TimeoutError as TooLate
from sqlalchemy import select

from engine.errors import SeparationOfDuties
from engine.run import messages, tasks
from engine.store.schema import DbTask
from processes.cases import register
from processes.cases.schema import DbCase
from processes.demo import PASSWORD
from processes.demo.people import everybody
from processes.kb_sales_quality.demo.people import CLERKS
from processes.people import organisation, passwords
from processes.scenario.checks import check
from processes.scenario.format import read
from processes.scenario.play import _Player
from processes.scenario.stage import Stage

ALBUM = os.environ.get("KESU_ALBUM")
"""A folder that gets a picture of each form as it is handed in, for whoever wants to look."""
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00")


STANDS = """wanted => {
  const main = document.querySelector("main");
  const fields = [...main.querySelectorAll("textarea, input:not([type=radio], [type=checkbox])")];
  const typed = fields.filter((each) => each.checkVisibility()).map((each) => each.value);
  return [main.innerText, ...typed].join("\\n").includes(wanted);
}"""
"""Whether these words are to be seen on a page, in a text or in a field."""


def steps_of(path):
    """Everything as text, as a person types it."""
    return yaml.load(Path(path).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)["steps"]


def typed(value):
    """An answer of a scenario as the inputs of a page take it."""
    if isinstance(value, dict):
        return {key: typed(each) for key, each in value.items() if each != "null"}
    if isinstance(value, list):
        return [typed(each) for each in value]
    return value[:16] if MOMENT.fullmatch(value) else value


def wrong_of(page):
    return page.locator("main .form-errors, main .err").all_inner_texts()


def own(person, zh, en):
    """Of the words in both languages those of somebody's."""
    return zh if person.options["locale"] == "zh-CN" else en


def barred_of(page, answers):
    """What is said beside the choices among the answers that cannot be taken."""
    choices = [f'main label:has(> input[name="{key}"][value="{value}"]:disabled)' for key, value in answers.items()]
    return page.locator(", ".join(choices)).all_inner_texts()


def take(house, login, number):
    """Claimed without a page, where that was proved already; whoever may not is told on the page."""
    with suppress(SeparationOfDuties), house.database.transaction() as session:
        if tasks.get_task(session, number).assignee is None:
            tasks.claim(session, number, by=organisation.actor_of(session, login))


WAYS = (("zh", 1440), ("en", 390), ("en", 1440), ("zh", 390))
"""Languages and widths, shared out over the people as they come: not every page in every way, but each person in one."""

WHOLE = bool(os.environ.get("KESU_WHOLE_PLAYS"))
"""Each play from its first step to its last on pages, once in each way: `make plays`. It takes minutes."""


def ways(shared=WAYS):
    """The ways in which a play is done: its people share them, or all of them have the same."""
    return [(way,) for way in WAYS] if WHOLE else [tuple(shared)]


def cast(house, groups):
    """One person a group, called by its key; the unit and the person have these names."""
    hashed = passwords.hash_checked(PASSWORD, "low")
    with house.database.transaction() as session:
        for group, (unit, person) in groups.items():
            organisation.create_unit(session, group, name_zh=unit, name_en=group)
            names = {"name_zh": person, "name_en": group}
            organisation.create_person(session, group, password=hashed, groups=[group], **names)
    return {group: (group,) for group in groups}


def named(step):
    """What a step is about: its task, its message, or its verb."""
    about = next((step[verb] for verb in ("complete", "refuse", "message") if verb in step), None)
    return {*step, about["task"] if isinstance(about, dict) else about}


PEOPLE = {each.login: each.groups for each in sorted(everybody(), key=lambda each: each not in CLERKS)}
"""The people of the demo; whoever registers complaints comes first and begins."""


DONE = "main form[data-main] .bar button.p:not([data-key])"
"""The button that hands a form in; where one may only claim or read there is none."""
KNOWN = ("same_as", "same_kind")
"""What is said at the registration of a case that is known already."""


class Play:
    """Steps of a scenario, done on the pages by the people it names, or else by whoever of the demo may.

    `by_hand` names the tasks and messages that are done on pages, where these are not all; whatever is refused is.
    """

    def __init__(self, house, visit, path, number, *, at="/register", people=None, **how):
        self.house, self.visit, self.number, self.at = house, visit, number, at
        self.ways, self.hands = how.pop("ways", WAYS), how.pop("hands", ())
        self.listed, self.by_hand = how.pop("listed", True), how.pop("by_hand", None)
        assert not how, how
        self.desks, self.led, self.done = {}, set(), 0
        self.sees, self.refused, self.barred = None, None, []
        self.people = people or PEOPLE
        self.scenario = read(Path(path))
        stage = Stage(house.database, house.clock, lambda: house.mail.sent)
        self.player = _Player(replace(self.scenario, people=self.people), stage)
        self.coming = list(zip(steps_of(path), self.scenario.steps, strict=True))
        house.until(self.scenario.at.isoformat())

    # the people

    def who(self, name):
        """The person of this name, or the first of the group that goes by it, or in which the scenario has somebody."""
        if name in self.people and name not in self.scenario.people:
            return name
        groups = set(self.scenario.people.get(name, (name,)))
        return next(login for login, own in self.people.items() if groups <= set(own))

    def desk(self, login, *, handed_over=False):
        """Their browser at their desk, or the small screen that is handed over."""
        if (login, handed_over) not in self.desks:
            people = list(dict.fromkeys([*(known for known, _ in self.desks), login]))
            language, width = self.ways[people.index(login) % len(self.ways)]
            locale = "zh-CN" if language == "zh" else "en-GB"
            width = 390 if handed_over else width
            self.desks[login, handed_over] = self.visit(login, width=width, language=locale, drawn=False)
        return self.desks[login, handed_over]

    def shows(self, login, zh, en, path=None):
        """What is to be read in their language on a page, or on the one that is open."""
        person = self.desk(login)
        if path is not None:
            person.go(path)
        self.reads(person, zh, en)

    def reads(self, person, zh, en):
        wanted = own(person, zh, en)
        try:
            person.page.wait_for_function(STANDS, arg=wanted, timeout=4000)
        except TooLate:
            pytest.fail(f"“{wanted}” is not to be read by {person.login} on {person.page.inner_text('main')}")

    def case_shows(self, login, zh, en):
        self.shows(login, zh, en, f"/cases/{self.number}")

    # the steps

    def walk(self):
        """All steps that are left, and the end."""
        while self.coming:
            self.next()
        if self.player.instance_id:
            check(self.player.facts(), self.scenario.then)

    def before(self, name, times=1):
        """Everything until the next step of this task, message or verb is to be done; the so-many-th of them."""
        for left in reversed(range(times)):
            while name not in named(self.coming[0][0]):
                self.next()
            if left:
                self.next()
        return self.coming[0][0]

    def bars(self, login, zh, en):
        """Somebody came to a task that they may not do; what the page said."""
        person, said = self.barred.pop()
        assert person.login == login
        assert own(person, zh, en) in " ".join(said), said

    def refuses(self, zh, en):
        """The next step is refused; what the page says to whoever tried it."""
        self.next()
        person, said = self.refused
        assert own(person, zh, en) in " ".join(said), said

    def next(self, *, sees=None):
        """The next step; what stands on its page before it is done makes it one that is done on the page."""
        step, known = self.coming.pop(0)
        self.sees = sees
        if "as" in step:
            step["as"] = self.who(step["as"])
            known = replace(known, data={**known.data, "as": step["as"]})
        if not self.player.instance_id:
            self.begin()
        if self.on_pages(step):
            self.step(step, known)
            self.house.work()
        else:
            self.at_once(known)

    def begin(self):
        """What begins without a registration: by hand out of the list of what may be started, or at once."""
        if self.at.startswith("/start/"):
            person = self.desk(self.who(next(iter(self.scenario.people))))
            person.go("/work")
            with person.page.expect_navigation():  # a link that is followed too early leads to a page, not a dialog
                person.page.locator('main a[href="/start"]').click()
            person.page.locator(f'main a[href="{self.at}"]').click()
            with person.page.expect_navigation():
                person.page.locator("dialog[open] .btn.p").click()
            self.know()
        elif self.scenario.variables:
            self.player.start()

    def know(self):
        """The instance of what was begun on a page."""
        query = select(DbCase.instance_id).where(DbCase.number == self.number)
        with self.house.database.reading() as session:
            self.player.instance_id = session.scalars(query).one()

    def on_pages(self, step):
        if not {"complete", "refuse", "another", "message"} & step.keys():
            return False
        if WHOLE or self.sees or "refuse" in step:
            return True
        return self.by_hand is None or not named(step).isdisjoint(self.by_hand)

    def at_once(self, known):
        """A step on whose page nothing is to be seen that was not seen before, or that is on none."""
        gate = self.house.kesu.runtime.forms
        gate.actor_signs = True
        if known.verb != "until" and not self.player.instance_id:
            self.player.start()
        self.player.step(known)
        gate.actor_signs = False
        self.done += known.verb in ("complete", "message", "another")

    def step(self, step, known):
        if "message" in step:
            self.tell(step)
        elif "another" in step:
            self.enter(self.clerk(step), step, step["another"])
        elif not self.player.instance_id:
            self.enter(self.clerk(step), step, step.get("with", {}))
            self.know()
        else:
            self.task(step, known)

    def clerk(self, step):
        return step.get("as") or self.who("intake")

    def enter(self, login, step, answers):
        """A case is registered; what is known already is taken from beside the form."""
        person = self.desk(login)
        person.go(self.at)
        rest = {key: each for key, each in answers.items() if key not in KNOWN}
        if len(rest) < len(answers):
            person.fill(typed(rest))
            person.page.locator(f'#alike [data-value="{answers["same_as"]}"]').click()
            rest = {"same_kind": answers["same_kind"]}
        self.hand_in(person, step, rest, "register")

    def open(self):
        """What waits for somebody in the case; what it has opened beside itself goes its own way."""
        query = select(DbTask.element).join(DbCase, DbCase.instance_id == DbTask.instance_id)
        with self.house.database.reading() as session:
            return list(session.scalars(query.where(DbCase.number == self.number, DbTask.status == "open")))

    def come(self, login, element):
        """Somebody opens a task that waits for them, and has not done it yet."""
        person = self.desk(login)
        self.find(person, self.player.find({"task": element, "item": None}).id)
        return person

    def send(self, person):
        with person.page.expect_navigation():
            person.page.locator(DONE).click()

    def task(self, step, known):
        item = self.player.find(known.data["task"])
        able = [step["as"]] if "as" in step else [each.id for each in self.player.cast.anyone_for(item)]
        for login in able:
            person = self.desk(login, handed_over=item.element in self.hands)
            self.find(person, item.id)
            if person.page.locator(DONE).count():
                self.hand_in(person, step, step.get("with", {}), item.element)
                return
            self.barred.append((person, person.page.locator("main .note.warn").all_inner_texts()))
        assert "refuse" in step, f"nobody may do {step}: {self.barred}"
        self.refused = self.barred.pop()

    def find(self, person, number):
        """Through the list of one's work, as each person does at first; then right away, as that was proved already."""
        led = not self.listed or (person.login in self.led and not WHOLE)
        self.led.add(person.login)
        if led:
            take(self.house, person.login, number)
            person.go(f"/tasks/{number}")
            return
        row = person.page.locator(f'.it > a[href="/tasks/{number}"]')
        for view in ("group", "mine"):
            if not row.count():
                person.go(f"/work?view={view}")
        person.go(row.first.get_attribute("href"))
        claim = person.page.locator("main .bar [data-key=a]")
        if claim.count():
            with person.page.expect_navigation():
                claim.click()

    def tell(self, step):
        """What the customer says, recorded on the page of the case."""
        login = step.get("as") or self.who("sales")
        person = self.desk(login)
        with self.house.database.reading() as session:
            actor = organisation.actor_of(session, login)
            case = register.get_case(session, self.number, actor)
            waiting = messages.recordable(session, case.instance_id, by=actor)
        token = next(each.token for each in waiting if each.name == step["message"])
        person.go(f"/cases/{self.number}")
        person.choose(person.page.locator(f'main a[href$="/record/{token}"]'))
        self.hand_in(person, step, step.get("with", {}), step["message"])

    def hand_in(self, person, step, answers, element):
        page = person.page
        if self.sees:
            self.reads(person, *self.sees)
        if "refuse" in step and (barred := barred_of(page, answers)):
            self.refused = person, barred
            self.photograph(page, f"{element}-barred")
            return
        person.fill(typed({key: each for key, each in answers.items() if not key.endswith("signature")}))
        person.settle()
        for key in answers:
            if key.endswith("signature"):
                self.sign(person, key)
        self.photograph(page, element)
        self.send(person)
        self.done += 1
        if "refuse" in step:
            self.refused = person, wrong_of(page)
            assert self.refused[1], f"{step} was not refused"
            self.photograph(page, f"{element}-refused")
        else:
            assert not wrong_of(page), f"{step}: {wrong_of(page)}"
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{element} is wider than the window by {wide}"

    def sign(self, person, key):
        """By password, or drawn where only that counts."""
        password = person.page.locator(f'main [name="_sign:{key}:password"]')
        pad = person.page.locator(f'main [data-signature="{key}"] canvas')
        password.or_(pad).first.wait_for()
        if password.count():
            password.fill(PASSWORD)
            return
        pad.scroll_into_view_if_needed()
        box = pad.bounding_box()
        person.page.mouse.move(box["x"] + 30, box["y"] + 30)
        person.page.mouse.down()
        for x, y in ((90, 70), (60, 90), (150, 40), (220, 80)):
            person.page.mouse.move(box["x"] + x, box["y"] + y, steps=4)
        person.page.mouse.up()

    def photograph(self, page, element):
        if ALBUM:
            name = f"{self.number}-{self.done:02}-{element}.png"
            page.evaluate("scrollTo(0, 0)")
            page.screenshot(path=Path(ALBUM) / name, full_page=True)
