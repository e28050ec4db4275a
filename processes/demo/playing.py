"""Plays the demo cases through the engine, on a clock that goes from the past to the present."""

import heapq
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from engine import (
    SYSTEM,
    Actor,
    Database,
    Json,
    Session,
    SetClock,
    TaskFilter,
    TaskItem,
    TaskStatus,
    dispatch,
    instances,
    messages,
    queries,
    tasks,
    timers,
)
from processes.cases import comments, documents, notices
from processes.cases import register as cases
from processes.clock.calendar import WorkingCalendar
from processes.demo.model import LOOK_AGAIN, Demo, Scene, Story, Word
from processes.demo.people import everybody
from processes.office import Office
from processes.people import organisation

CHORES = timedelta(hours=3)
"""So often the chores are done: in the past nobody waits for them."""

UNREAD = timedelta(days=2)
"""What people were told before, they have read."""

MARK = "demo_story"
"""The variable that tells the demo's cases from real ones."""


@dataclass(order=True)
class Turn:
    """The next moment at which somebody does something in a story."""

    at: datetime
    number: int
    demo: Demo[Any] = field(compare=False)
    scene: Scene[Any] = field(compare=False)
    instance: int | None = field(default=None, compare=False)
    task: int | None = field(default=None, compare=False)
    """What is being worked on until then."""
    idle: int = field(default=0, compare=False)
    """How often in a row nothing was to be done: who waits long is looked at seldom."""
    withdrawn: bool = field(default=False, compare=False)
    apart: bool = field(default=False, compare=False)
    """This is what the case opened as an instance of its own, no longer the case itself."""


class Stage:
    """The database, the clock and the people; plays turn after turn until the present."""

    def __init__(self, database: Database, office: Office, clock: SetClock) -> None:
        """Take the installation; the clock is moved."""
        self.database, self.office, self.clock = database, office, clock
        self.end = clock.now()
        self.calendar = database.persist(self._calendar)
        self.actors = [figure.actor for figure in everybody()]
        self.apart: set[int] = set()
        """The instances of their own that are being played already."""
        self.cases: dict[str, str] = {}
        """The numbers of the cases, by the keys of their stories."""
        self.chores_at = self.end
        self.news_read = False
        self.random = random.Random(20260928)  # noqa: S311 - the same cases every time

    def play(self, stories: list[tuple[Demo[Any], Story]]) -> None:
        """Play all stories side by side, each event at its time, those of the clock included."""
        turns = [self._first(number, demo, story) for number, (demo, story) in enumerate(stories)]
        heapq.heapify(turns)
        self.chores_at = turns[0].at
        self.clock.set(turns[0].at)
        while turns:
            turn = heapq.heappop(turns)
            if turn.at > self.end:
                continue
            self._let_pass(turn.at)
            for following in self._act(turn):
                self.apart.update([following.instance] if following.apart and following.instance is not None else [])
                heapq.heappush(turns, following)
        self._let_pass(self.end)

    def _first(self, number: int, demo: Demo[Any], story: Story) -> Turn:
        """When the story begins: in the morning of its day, and never in the future."""
        today = self.calendar.day_of(self.end)
        if story.month is None:
            day = self.calendar.add_working_days(today, -story.day)
        else:
            months = today.year * 12 + today.month - 1 - story.month
            first = date(months // 12, months % 12 + 1, 1)
            day = self.calendar.add_working_days(first - timedelta(days=1), 1)
        opened = self.calendar.at(self.calendar.previous_working(day), time(9, 5))
        start = self.calendar.add_working_time(opened, timedelta(minutes=self.random.randrange(0, 240)))
        start = min(start, self.end - timedelta(minutes=20 + number))
        return Turn(start, number, demo, Scene(story, self.calendar, start, number, cases=self.cases))

    def _let_pass(self, until: datetime) -> None:
        """Let the time pass; what falls due on the way happens at its time, the chores now and then."""
        self._do_due(until)
        if until >= self.chores_at:
            self._at(self.chores_at)
            self._do_due(until)
        self.clock.set(max(until, self.clock.now()))

    def _do_due(self, until: datetime) -> None:
        """Do what is due by then, each thing at its time; what was given back as the database was busy is due again."""
        while (due := self.database.persist(self._next_due)) is not None and due <= until:
            self._at(due)

    def _calendar(self) -> WorkingCalendar:
        with self.database.reading() as session:
            return self.office.calendar(session)

    def _next_due(self) -> datetime | None:
        with self.database.reading() as session:
            return timers.next_due(session)

    def _at(self, moment: datetime) -> None:
        """Do what is due at a moment."""
        self.clock.set(max(moment, self.clock.now()))
        chores = moment >= self.chores_at
        self.database.persist(partial(dispatch.work_once, self.database, chores=chores))
        if not chores:
            return
        self.chores_at = moment + CHORES
        if not self.news_read and moment >= self.end - UNREAD:
            self.news_read = True
            self.database.insist(self._read_news)

    def _read_news(self, session: Session) -> None:
        for actor in self.actors:
            notices.read_all(session, actor)

    def _act(self, turn: Turn) -> list[Turn]:
        """Do what is due in a story, again where the database did not take it; when it goes on, if it does."""
        turn.scene.now = self.clock.now().astimezone(self.calendar.zone)
        drawn = self.random.getstate()

        def act(session: Session) -> list[Turn]:
            self.random.setstate(drawn)
            scene = replace(turn.scene, done=Counter(turn.scene.done))
            return list(self._go(session, replace(turn, scene=scene)))

        return self.database.insist(act)

    def _go(self, session: Session, turn: Turn) -> Iterator[Turn]:
        if turn.instance is None:
            turn.instance = self._begin(session, turn)
            number = instances.get_instance(session, turn.instance).business_key
            self.cases.update({turn.scene.story.key: number} if number else {})
            yield self._later(turn, LOOK_AGAIN / 10)
            return
        pause, opened = self._step(session, turn)
        if opened is not None:
            scene = replace(turn.scene, done=Counter())
            yield self._later(Turn(turn.at, turn.number + 1000, turn.demo, scene, opened, apart=True), LOOK_AGAIN)
        if pause is not None:
            yield self._later(turn, pause)

    def _begin(self, session: Session, turn: Turn) -> int:
        """Somebody registers the case."""
        clerk = turn.demo.clerks[turn.number % len(turn.demo.clerks)].actor
        variables = {MARK: turn.scene.story.key}
        number = instances.start(session, turn.demo.process, variables=variables, by=clerk).id
        if turn.demo.register is None:
            return number
        (task,) = self._open(session, number)
        answers = {**turn.demo.register(turn.scene), **self._files(session, turn.demo.enclosed(turn.scene), clerk)}
        tasks.complete(session, task.id, by=clerk, answers=answers)
        return number

    def _files(self, session: Session, given: Mapping[str, Mapping[str, bytes]], by: Actor) -> dict[str, Json]:
        """What was sent along, kept and as the form has it."""
        kept: dict[str, Json] = {}
        settings = self.office.settings
        for name, files in given.items():
            documented = [
                documents.store(session, documents.look(file, content, settings), by=by, settings=settings)
                for file, content in files.items()
            ]
            kept[name] = [documents.as_value(document) for document in documented]
        return kept

    def _step(self, session: Session, turn: Turn) -> tuple[timedelta | None, int | None]:
        """One thing done in a story: until the next one, and the number of an instance of its own that it opened."""
        assert turn.instance is not None
        story, done = turn.scene.story, turn.scene.done
        if instances.get_instance(session, turn.instance).status.is_over:
            return None, None
        open_tasks = self._open(session, turn.instance)
        if not open_tasks:
            return self._outside(session, turn), None
        going = [task for task in open_tasks if not story.waits_for_all or not story.stays(task.element, done)]
        begun = [task for task in open_tasks if task.id == turn.task]
        urgent = [task for task in open_tasks if task.element in turn.demo.urgent]
        task = (urgent or begun or (going or open_tasks)[-1:])[0]
        if story.withdraw == task.element and not turn.withdrawn:
            turn.withdrawn = True
            self._record(session, turn, turn.demo.withdrawal(turn.scene))
            return LOOK_AGAIN, None
        turn.idle = 0
        aside = None if turn.apart else turn.demo.aside(task.element, turn.scene)
        if aside is not None:
            self._record(session, turn, aside)
        if story.stays(task.element, done):
            self._leave(session, turn, task)
            return None, None
        if turn.task != task.id:
            turn.task = task.id
            return self._takes(task.element, turn), None
        by, answers = self._who(session, task, turn), turn.demo.answer(task.element, turn.scene)
        files = self._files(session, turn.demo.attached(task.element, turn.scene), by)
        tasks.complete(session, task.id, by=by, answers={**answers, **files})
        done[task.element] += 1
        return self._go_on(session, turn, task.element), self._opened(session, turn, task.element)

    def _leave(self, session: Session, turn: Turn, task: TaskItem) -> None:
        """Nobody goes on: in every second story somebody has taken the task, in some the owner has left word."""
        if turn.number % 2:
            tasks.claim(session, task.id, by=self._who(session, task, turn))
        case = cases.find_of_instance(session, task.instance_id)
        if case is None or case.owner is None or not turn.scene.story.note:
            return
        by = organisation.actor_of(session, case.owner)
        comments.write(session, self.office.settings, case, turn.scene.story.note, by=by, element=task.element)

    def _go_on(self, session: Session, turn: Turn, element: str) -> timedelta:
        """Until the next task is done, if it is there already; letters go out first, so it may take a moment."""
        assert turn.instance is not None
        following = self._open(session, turn.instance)
        if not following or following[-1].element in (turn.scene.story.stop, turn.scene.story.withdraw):
            return timedelta(minutes=5)
        turn.task = following[-1].id
        if element in turn.demo.urgent:
            return timedelta(hours=1)
        return self._takes(following[-1].element, turn)

    def _outside(self, session: Session, turn: Turn) -> timedelta | None:
        """What is said outside while nobody of the house has a task."""
        assert turn.instance is not None
        recordable = messages.recordable(session, turn.instance, by=self._recorder(turn))
        said = turn.demo.outside(turn.scene, frozenset(found.name for found in recordable))
        if isinstance(said, Word):
            self._record(session, turn, said)
            return LOOK_AGAIN
        turn.idle += 1
        return said and said * min(1 + turn.idle // 2, 4)

    def _record(self, session: Session, turn: Turn, said: Word) -> None:
        """Somebody of the house records what was said."""
        assert turn.instance is not None
        by = self._recorder(turn)
        recordable = messages.recordable(session, turn.instance, by=by)
        token = next(found.token for found in recordable if found.name == said.message)
        messages.record(session, turn.instance, token, by=by, answers=said.answers)

    def _recorder(self, turn: Turn) -> Actor:
        return turn.demo.recorders[turn.number % len(turn.demo.recorders)].actor

    def _who(self, session: Session, task: TaskItem, turn: Turn) -> Actor:
        """One of those who may do it, for each story another one, and the same one where possible."""
        able = [actor for actor in self.actors if not actor.admin and tasks.may_work(session, task, actor)]
        own = {figure.login for figure in turn.demo.people}
        able = [actor for actor in able if actor.id in own] or able
        return able[turn.number % len(able)]

    def _opened(self, session: Session, turn: Turn, element: str) -> int | None:
        """What the case has just opened as an instance of its own."""
        first = turn.demo.apart.get(element)
        if turn.apart or turn.instance is None or first is None:
            return None
        own = instances.get_instance(session, turn.instance).business_key
        wanted = TaskFilter(whose="all", element=first, text=own or "", per_page=1000)
        found = queries.list_tasks(session, SYSTEM, wanted).items
        new = (task.instance_id for task in found if task.business_key == own)
        return next((each for each in new if each not in self.apart), None)

    def _open(self, session: Session, instance: int) -> list[TaskItem]:
        return queries.tasks_of(session, instance, TaskStatus.OPEN)

    def _takes(self, element: str, turn: Turn) -> timedelta:
        """How long the step takes this time."""
        story = turn.scene.story
        hours = (
            turn.demo.hours.get(element, 3) * story.pace * story.slow.get(element, 1) * self.random.uniform(0.6, 1.3)
        )
        return timedelta(minutes=round(hours * 60))

    def _later(self, turn: Turn, pause: timedelta) -> Turn:
        turn.at = self.calendar.add_working_time(max(self.clock.now(), turn.at), pause)
        return turn
