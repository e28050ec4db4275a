"""A scenario played by people at their browsers, each in a session of their own; what is known by then, by the engine."""

import os
import re
from pathlib import Path

import yaml
from sqlalchemy import select

from engine.run import messages, tasks
from engine.store.schema import DbTask
from processes.cases import register
from processes.cases.schema import DbCase
from processes.demo import PASSWORD
from processes.people import organisation, passwords
from processes.scenario.format import read
from processes.scenario.play import _Player
from processes.scenario.stage import Stage

ALBUM = os.environ.get("KESU_ALBUM")
"""A folder that gets a picture of each form as it is handed in, for whoever wants to look."""
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00")


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


def take(house, login, number):
    """Claimed without a page, where that was proved already."""
    with house.database.transaction() as session:
        if tasks.get_task(session, number).assignee is None:
            tasks.claim(session, number, by=organisation.actor_of(session, login))


WAYS = (("zh", 1440), ("en", 390), ("en", 1440), ("zh", 390))
"""Languages and widths, shared out over the people as they come: not every page in every way, but each person in one."""

WHOLE = bool(os.environ.get("KESU_WHOLE_PLAYS"))
"""Each play from its first step to its last on pages, once in each way: `make plays`. It takes minutes."""


def ways(shared=WAYS):
    """The ways in which a play is done: its people share them, or all of them have the same."""
    return [(way,) for way in WAYS] if WHOLE else [tuple(shared)]


class Play:
    """Steps of a scenario, done on the pages by the people it names.

    `by_hand` names the tasks and messages that are done on pages, where these are not all; whatever is refused is.
    """

    def __init__(self, house, visit, register, number, *, groups, ways=WAYS, hands=(), listed=True, by_hand=None):
        self.house, self.visit, self.register, self.number = house, visit, register, number
        self.ways, self.hands, self.listed, self.by_hand = ways, hands, listed, by_hand
        self.desks, self.done, self.led = {}, 0, set()
        hashed = passwords.hash_new(PASSWORD, "low")
        with house.database.transaction() as session:
            for group, (unit, person) in groups.items():
                organisation.create_unit(session, group, name_zh=unit, name_en=group)
                organisation.create_person(
                    session,
                    group,
                    name_zh=person,
                    name_en=group,
                    password=hashed,
                    groups=[group],
                )

    def desk(self, login, *, handed_over=False):
        """Their browser at their desk, or the small screen that is handed over."""
        if (login, handed_over) not in self.desks:
            people = list(dict.fromkeys([*(known for known, _ in self.desks), login]))
            language, width = self.ways[people.index(login) % len(self.ways)]
            locale = "zh-CN" if language == "zh" else "en-GB"
            width = 390 if handed_over else width
            self.desks[login, handed_over] = self.visit(login, width=width, language=locale, drawn=False)
        return self.desks[login, handed_over]

    def walk(self, path):
        scenario = read(Path(path))
        player = _Player(scenario, Stage(self.house.database, self.house.clock, lambda: self.house.mail.sent))
        for step, known in zip(steps_of(path), scenario.steps, strict=True):
            if self.on_pages(step):
                self.step(step)
            else:
                self.at_once(player, known)

    def on_pages(self, step):
        if WHOLE:
            return True
        named = step.get("complete", step.get("message"))
        name = named["task"] if isinstance(named, dict) else named
        return self.by_hand is None or name is None or name in self.by_hand

    def at_once(self, player, step):
        """A step on whose page nothing is to be seen that was not seen before."""
        gate = self.house.kesu.runtime.forms
        gate.actor_signs = True
        if not player.instance_id:
            player.start()
        player.step(step)
        gate.actor_signs = False
        self.done += 1

    def step(self, step):
        if "until" in step:
            self.house.until(step["until"])
        elif "complete" in step or "refuse" in step:
            self.task(step)
        elif "message" in step:
            self.tell(step)
        elif "open" in step or "never" in step:
            assert set(step.get("open", self.open())) == set(self.open()), step
            assert not set(step.get("never", ())) & set(self.open()), step
        self.house.work()

    def open(self):
        """What waits for somebody in the case; what it has opened beside itself goes its own way."""
        query = select(DbTask.element).join(DbCase, DbCase.instance_id == DbTask.instance_id)
        with self.house.database.reading() as session:
            return list(session.scalars(query.where(DbCase.number == self.number, DbTask.status == "open")))

    def task(self, step):
        named = step.get("complete", step.get("refuse"))
        element = named["task"] if isinstance(named, dict) else named
        person = self.desk(step["as"], handed_over=element in self.hands)
        if self.done:
            self.find(person, element)
        else:
            person.go(self.register)
        claim = person.page.locator("main .bar [data-key=a]")
        if claim.count():
            with person.page.expect_navigation():
                claim.click()
        self.hand_in(person, step, element)

    def find(self, person, element):
        """Through the list of one's work, as each person does at first; then right away, as that was proved already."""
        with self.house.database.reading() as session:
            waiting = select(DbTask.id).where(DbTask.element == element, DbTask.status == "open")
            numbers = list(session.scalars(waiting))
        led = not self.listed or (person.login in self.led and not WHOLE)
        self.led.add(person.login)
        if led and len(numbers) == 1:
            take(self.house, person.login, numbers[0])
            person.go(f"/tasks/{numbers[0]}")
            return
        rows = [f'.it > a[href="/tasks/{each}"]' for each in numbers]
        row = person.page.locator(", ".join(rows))
        for view in ("group", "mine"):
            if not row.count():
                person.go(f"/work?view={view}")
        person.go(row.first.get_attribute("href"))

    def tell(self, step):
        """What the customer says, recorded on the page of the case."""
        person = self.desk(step["as"])
        with self.house.database.reading() as session:
            actor = organisation.actor_of(session, step["as"])
            case = register.get_case(session, self.number, actor)
            waiting = messages.recordable(session, case.instance_id, by=actor)
        token = next(each.token for each in waiting if each.name == step["message"])
        person.go(f"/cases/{self.number}")
        person.choose(person.page.locator(f'main a[href$="/record/{token}"]'))
        self.hand_in(person, step, step["message"])

    def hand_in(self, person, step, element):
        page, answers = person.page, step.get("with", {})
        person.fill(typed({key: each for key, each in answers.items() if not key.endswith("signature")}))
        person.settle()
        for key in answers:
            if key.endswith("signature"):
                self.sign(person, key)
        self.photograph(page, element)
        with page.expect_navigation():
            page.locator("main form[data-main] .bar button.p").click()
        self.done += 1
        if "refuse" in step:
            assert wrong_of(page), f"{step} was not refused"
            self.photograph(page, f"{element}-refused")
        else:
            assert not wrong_of(page), f"{step}: {wrong_of(page)}"

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
