"""Plays the demo cases through the engine, on a clock that goes from the past to the present."""

import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

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
from processes.cases import comments, documents
from processes.cases import register as cases
from processes.demo.answers import HOURS, Scene, answer, register
from processes.demo.people import PEOPLE
from processes.demo.photo import draw
from processes.demo.stories import Story
from processes.office import Office
from processes.people import organisation

PROCESS = "complaint_intake"
MARK = "demo_story"
"""The variable that tells the demo's cases from real ones."""

LOOK_AGAIN = timedelta(hours=4)
"""Working time until a case that waits for the clock is looked at again."""

CUSTOMER = timedelta(hours=7)
"""Working time until a customer answers."""


@dataclass(order=True)
class Turn:
    """The next moment at which somebody does something in a story."""

    at: datetime
    number: int
    scene: Scene = field(compare=False)
    instance: int | None = field(default=None, compare=False)
    task: int | None = field(default=None, compare=False)
    """What is being worked on until then."""
    withdrawn: bool = field(default=False, compare=False)
    improving: bool = field(default=False, compare=False)
    """This is the measure against a recurrence, no longer the case itself."""


class Stage:
    """The database, the clock and the people; plays turn after turn until the present."""

    def __init__(self, database: Database, office: Office, clock: SetClock) -> None:
        """Take the installation; the clock is moved."""
        self.database, self.office, self.clock = database, office, clock
        self.end = clock.now()
        with database.reading() as session:
            self.calendar = office.calendar(session)
        self.improving: set[int] = set()
        """The improvements that are being played already."""
        self.random = random.Random(20260928)  # noqa: S311 - the same cases every time

    def play(self, stories: list[Story]) -> None:
        """Play all stories side by side, each event at its time, those of the clock included."""
        turns = [self._first(number, story) for number, story in enumerate(stories)]
        heapq.heapify(turns)
        self.clock.set(turns[0].at)
        while turns:
            turn = heapq.heappop(turns)
            if turn.at > self.end:
                continue
            self._let_pass(turn.at)
            for following in self._act(turn):
                heapq.heappush(turns, following)
        self._let_pass(self.end)

    def _first(self, number: int, story: Story) -> Turn:
        """When the story begins: in the morning of its day, and never in the future."""
        day = self.calendar.add_working_days(self.calendar.day_of(self.end), -story.day)
        opened = self.calendar.at(self.calendar.previous_working(day), time(9, 5))
        start = self.calendar.add_working_time(opened, timedelta(minutes=self.random.randrange(0, 240)))
        start = min(start, self.end - timedelta(minutes=20 + number))
        return Turn(start, number, Scene(story, self.calendar, start))

    def _let_pass(self, until: datetime) -> None:
        """Let the time pass; what falls due on the way happens at its time."""
        while True:
            with self.database.reading() as session:
                due = timers.next_due(session)
            if due is None or due > until:
                break
            self.clock.set(max(due, self.clock.now()))
            dispatch.work_once(self.database)
        self.clock.set(max(until, self.clock.now()))

    def _act(self, turn: Turn) -> Iterator[Turn]:
        """Do what is due in a story; when it goes on, if it does."""
        turn.scene.now = self.clock.now().astimezone(self.calendar.zone)
        with self.database.transaction() as session:
            if turn.instance is None:
                turn.instance = self._begin(session, turn)
                yield self._later(turn, LOOK_AGAIN / 10)
                return
            pause, capa = self._step(session, turn)
        if capa is not None:
            scene = Scene(turn.scene.story, self.calendar, turn.scene.now)
            yield self._later(Turn(turn.at, turn.number + 1000, scene, capa, improving=True), LOOK_AGAIN)
        if pause is not None:
            yield self._later(turn, pause)

    def _begin(self, session: Session, turn: Turn) -> int:
        """The clerk registers the complaint."""
        clerk = PEOPLE[turn.number % 2].actor
        variables = {MARK: turn.scene.story.key}
        number = instances.start(session, PROCESS, variables=variables, by=clerk).id
        (task,) = self._open(session, number)
        tasks.complete(
            session, task.id, by=clerk, answers={**register(turn.scene), **self._photo(session, turn, clerk)}
        )
        return number

    def _photo(self, session: Session, turn: Turn, clerk: Actor) -> dict[str, Json]:
        """What the customer sent along, for topics that have a picture."""
        if not turn.scene.story.topic.get("photo"):
            return {}
        content, name = draw(turn.number), f"IMG_{2100 + turn.number}.png"
        document = documents.store(session, name=name, content=content, by=clerk, settings=self.office.settings)
        return {"attachments": [documents.as_value(document)]}

    def _step(self, session: Session, turn: Turn) -> tuple[timedelta | None, int | None]:
        """One thing done in a story: until the next one, and the number of an improvement that it opened."""
        assert turn.instance is not None
        story, done = turn.scene.story, turn.scene.done
        if instances.get_instance(session, turn.instance).status.is_over:
            return None, None
        open_tasks = self._open(session, turn.instance)
        if not open_tasks:
            return self._outside(session, turn), None
        task = next((task for task in open_tasks if task.id == turn.task), open_tasks[-1])
        if story.withdraw == task.element and not turn.withdrawn:
            turn.withdrawn = True
            self._record(session, turn, "MsgWithdrawRequest", {"withdrawn_by": story.customer["name"]})
            return LOOK_AGAIN, None
        if story.stop == task.element and (story.stop != "UT_Compose" or not story.promise or done[task.element]):
            self._leave(session, turn, task)
            return None, None
        if turn.task != task.id:
            turn.task = task.id
            return self._takes(task.element, turn), None
        tasks.complete(session, task.id, by=self._who(session, task, turn), answers=answer(task.element, turn.scene))
        done[task.element] += 1
        return self._go_on(session, turn), self._opened_capa(session, turn)

    def _leave(self, session: Session, turn: Turn, task: TaskItem) -> None:
        """Nobody goes on: in every second story somebody has taken the task, in some the owner has left word."""
        if turn.number % 2:
            tasks.claim(session, task.id, by=self._who(session, task, turn))
        case = cases.find_of_instance(session, task.instance_id)
        if case is None or case.owner is None or not turn.scene.story.note:
            return
        by = organisation.actor_of(session, case.owner)
        comments.write(session, self.office.settings, case, turn.scene.story.note, by=by, element=task.element)

    def _go_on(self, session: Session, turn: Turn) -> timedelta:
        """Until the next task is done, if it is there already; letters go out first, so it may take a moment."""
        assert turn.instance is not None
        following = self._open(session, turn.instance)
        if not following or following[-1].element in (turn.scene.story.stop, turn.scene.story.withdraw):
            return timedelta(minutes=5)
        turn.task = following[-1].id
        return self._takes(following[-1].element, turn)

    def _outside(self, session: Session, turn: Turn) -> timedelta | None:
        """What the customer does while nobody of the house has a task."""
        assert turn.instance is not None
        story, done = turn.scene.story, turn.scene.done
        awaited = {found.name for found in messages.recordable(session, turn.instance, by=PEOPLE[2].actor)}
        asked = "customer" if "MsgAccept" in awaited else "objection" if "MsgObjection" in awaited else ""
        if asked and story.stop == asked:
            return None
        if asked and done[f"asked {asked}"] == done[f"answered {asked}"]:
            done[f"asked {asked}"] += 1
            return CUSTOMER
        if asked == "customer" and not story.silent:
            refuses = done["answered customer"] < story.refuse
            note = turn.scene.words("数量不对，请重新核对。", "The quantity is wrong, please check.")
            answers = {"answer_channel": "email", "answer_note": note} if refuses else {"answer_channel": "phone"}
            self._record(session, turn, "MsgReject" if refuses else "MsgAccept", answers)
            done["answered customer"] += 1
        if asked == "objection" and story.objection and not done["answered objection"]:
            reason = turn.scene.words("电源由贵方人员接线，请再次查证。", "Your own people connected it.")
            self._record(session, turn, "MsgObjection", {"objection_channel": "phone", "objection_reason": reason})
            done["answered objection"] += 1
        return LOOK_AGAIN

    def _record(self, session: Session, turn: Turn, name: str, answers: dict[str, str]) -> None:
        """Sales records what the customer said."""
        assert turn.instance is not None
        sales = PEOPLE[2 + turn.number % 3].actor
        token = next(
            found.token for found in messages.recordable(session, turn.instance, by=sales) if found.name == name
        )
        channel = {"withdrawal_channel": "phone"} if name == "MsgWithdrawRequest" else {}
        messages.record(session, turn.instance, token, by=sales, answers={**answers, **channel})

    def _who(self, session: Session, task: TaskItem, turn: Turn) -> Actor:
        """One of those who may do it, for each story another one, and the same one where possible."""
        able = [figure.actor for figure in PEOPLE if not figure.actor.admin]
        able = [actor for actor in able if tasks.may_work(session, task, actor)]
        return able[turn.number % len(able)]

    def _opened_capa(self, session: Session, turn: Turn) -> int | None:
        """The improvement that the case has just opened as an instance of its own."""
        if turn.improving or turn.instance is None:
            return None
        own = instances.get_instance(session, turn.instance).business_key
        wanted = TaskFilter(whose="all", element="UT_RootCause", text=own or "", per_page=1000)
        found = queries.list_tasks(session, SYSTEM, wanted).items
        new = (task.instance_id for task in found if task.business_key == own)
        number = next((each for each in new if each not in self.improving), None)
        if number is not None:
            self.improving.add(number)
        return number

    def _open(self, session: Session, instance: int) -> list[TaskItem]:
        return queries.tasks_of(session, instance, TaskStatus.OPEN)

    def _takes(self, element: str, turn: Turn) -> timedelta:
        """How long the step takes this time."""
        hours = HOURS.get(element, 3) * turn.scene.story.pace * self.random.uniform(0.6, 1.3)
        return timedelta(minutes=round(hours * 60))

    def _later(self, turn: Turn, pause: timedelta) -> Turn:
        turn.at = self.calendar.add_working_time(max(self.clock.now(), turn.at), pause)
        return turn
