"""What the demo of a folder tells: people, stories, and what is done at each step of them."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Generic, TypeVar

from engine import Actor, Session
from processes.clock.calendar import WorkingCalendar
from processes.people import organisation

Answers = dict[str, Any]

LOOK_AGAIN = timedelta(hours=4)
"""Working time until a case that waits for the clock is looked at again."""


@dataclass(frozen=True)
class Figure:
    """One of the demo people."""

    login: str
    name_zh: str
    name_en: str
    groups: tuple[str, ...]

    @property
    def actor(self) -> Actor:
        """As the engine knows the person."""
        return Actor(self.login, frozenset(self.groups), admin=organisation.ADMIN in self.groups)


@dataclass(frozen=True, kw_only=True)
class Story:
    """One case: when it began, how fast it goes, how far it gets; a folder adds what is special about its own."""

    key: str
    """Kept as a variable of the instance, so that it is told once; no two stories of all folders have the same."""
    day: int = 0
    """Received so many working days ago."""
    month: int | None = None
    """Begun on the first of the month so many months ago, whatever the day says; never told again."""
    many: bool = False
    """Told only where many cases are wanted."""
    language: str = "zh"
    pace: float = 1.0
    slow: Mapping[str, float] = field(default_factory=dict)
    """How many times as long a step takes as it usually does."""
    stop: str | None = None
    """The step before which it stays: an element, or whatever else the folder knows."""
    waits_for_all: bool = False
    """It stays only when nothing else is left to do."""
    withdraw: str | None = None
    """The case is withdrawn when it is at this step."""
    note: str = ""
    """What the owner of the case comments when it is at its last step."""

    def stays(self, element: str, _done: Counter[str]) -> bool:
        """Whether nobody does this step any more, after those that were done so often."""
        return element == self.stop


S = TypeVar("S", bound=Story)


@dataclass
class Scene(Generic[S]):
    """A story at a moment: what has been done how often, and when it is."""

    story: S
    calendar: WorkingCalendar
    now: datetime
    number: int = 0
    """Which of the stories that are played together."""
    done: Counter[str] = field(default_factory=Counter)
    """How often each step was completed."""
    cases: Mapping[str, str] = field(default_factory=dict)
    """The numbers of the cases that are there already, by the keys of their stories."""

    def day(self, working_days: int) -> str:
        """The working day so many days from now."""
        return self.calendar.add_working_days(self.today, working_days).isoformat()

    @property
    def today(self) -> date:
        """The day it is."""
        return self.calendar.day_of(self.now)

    def words(self, chinese: str, english: str) -> str:
        """One of the two, as the story is told."""
        return english if self.story.language == "en" else chinese


@dataclass(frozen=True)
class Word:
    """What somebody outside says: the message that one of the house records, and the answers of its form."""

    message: str
    answers: Answers


def no_withdrawal(_scene: Scene[Any]) -> Word:
    """Of what nobody outside asked for nobody withdraws."""
    raise KeyError("withdrawal")


def nobody_outside(_scene: Scene[Any], _awaited: frozenset[str]) -> timedelta:
    """Nobody outside says anything; a date is waited for."""
    return LOOK_AGAIN


@dataclass(frozen=True)
class Demo(Generic[S]):
    """What the package `demo` of a folder has under the name DEMO."""

    process: str
    """The key of the process that a case begins with."""
    people: Sequence[Figure]
    clerks: Sequence[Figure]
    """Those of them who register, in turn."""
    recorders: Sequence[Figure]
    """Those of them who record what is said outside, in turn."""
    stories: Callable[[], Sequence[S]]
    answer: Callable[[str, Scene[S]], Answers]
    """Those of the form of an element; KeyError for one that nobody has thought of."""
    register: Callable[[Scene[S]], Answers] | None = None
    """The answers of the first form; nothing where a case begins without one."""
    outside: Callable[[Scene[S], frozenset[str]], Word | timedelta | None] = nobody_outside
    """What happens while nobody of the house has a task, by the names of the messages that are waited for: something
    is said, working time goes by, or the story stays there."""
    withdrawal: Callable[[Scene[S]], Word] = no_withdrawal
    aside: Callable[[str, Scene[S]], Word | None] = lambda _element, _scene: None
    """What somebody of the house records by the way when the case is at a step."""
    hours: Mapping[str, float] = field(default_factory=dict)
    """Working hours that an element usually takes; any other takes three."""
    enclosed: Callable[[Scene[S]], Mapping[str, Mapping[str, bytes]]] = lambda _scene: {}
    """Files of the first form, by field and name."""
    attached: Callable[[str, Scene[S]], Mapping[str, Mapping[str, bytes]]] = lambda _element, _scene: {}
    """Files of the form of an element, likewise."""
    prepare: Callable[[Session], None] = lambda _session: None
    """Enters what its cases need beside people, before the first of them begins."""
    urgent: Collection[str] = ()
    """Steps that are done before whatever else somebody works on."""
    apart: Mapping[str, str] = field(default_factory=dict)
    """The first step of what a case opens as an instance of its own, by the step after which it may be there; it is
    played, too."""
