"""Regular expressions whose cost grows with the text only, however the pattern is written.

Python's own can take for ever on a pattern such as `(a+)+$`. Here all readings of the text are followed side by side
(Thompson's construction), which is why there are no back references and no look-around.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from engine.language.tokens import Problem

MAX_PATTERN = 300
MAX_STATES = 3000
"""Parts of a pattern after its repetitions are written out."""
MAX_WORK = 500_000
"""Parts of a pattern times characters of a text."""

Test = Callable[[str], bool]

_CLASSES: dict[str, Test] = {
    "d": str.isdecimal,
    "w": lambda sign: sign.isalnum() or sign == "_",
    "s": str.isspace,
}
_SIGNS = {"n": "\n", "t": "\t", "r": "\r"}


@dataclass(frozen=True, slots=True)
class State:
    """One place in the pattern: takes a character and goes on, or goes on at once."""

    test: Test | None
    edge: str
    """^ or $ when only the start or the end of the text lets through."""
    after: tuple[int, ...]


class Pattern:
    """A pattern that has been read."""

    def __init__(self, source: str) -> None:
        if len(source) > MAX_PATTERN:
            raise Problem(f"a pattern is longer than {MAX_PATTERN} characters")
        self._source = source
        self._at = 0
        self._depth = 0
        self._built = 0
        self._states: list[State] = [State(None, "", ())]  # 0 is the end
        self._start = self._choice()(0)
        if self._at < len(source):
            raise Problem(f"{source[self._at]} at character {self._at + 1} of the pattern is not expected")

    def found_in(self, text: str) -> bool:
        """Whether the pattern fits somewhere in the text.

        Raises:
            Problem: when text and pattern are too long together.
        """
        if len(self._states) * (len(text) + 1) > MAX_WORK:
            raise Problem("the text is too long for this pattern")
        current: set[int] = set()
        for at in range(len(text) + 1):
            current = self._closure((*current, self._start), first=at == 0, last=at == len(text))
            if 0 in current:
                return True
            if at < len(text):
                current = self._step(current, text[at])
        return False

    def _step(self, current: set[int], sign: str) -> set[int]:
        states = (self._states[number] for number in current)
        return {state.after[0] for state in states if state.test is not None and state.test(sign)}

    def _closure(self, numbers: Iterable[int], *, first: bool, last: bool) -> set[int]:
        seen: set[int] = set()
        waiting = list(numbers)
        while waiting:
            number = waiting.pop()
            if number in seen:
                continue
            seen.add(number)
            state = self._states[number]
            closed = (state.edge == "^" and not first) or (state.edge == "$" and not last)
            if state.test is None and not closed:
                waiting.extend(state.after)
        return seen

    def _add(self, test: Test | None, *after: int, edge: str = "") -> int:
        if len(self._states) >= MAX_STATES:
            raise Problem("a pattern repeats too much")
        self._states.append(State(test, edge, after))
        return len(self._states) - 1

    # Each part of a pattern is read into a builder: given the state that comes after it, it makes its own states and
    # returns the first of them. A part that is repeated is built several times.

    def _peek(self) -> str:
        return self._source[self._at : self._at + 1]

    def _take(self) -> str:
        sign = self._peek()
        if not sign:
            raise Problem("the pattern ends too early")
        self._at += 1
        return sign

    def _choice(self) -> "Builder":
        self._depth += 1
        if self._depth > 20:
            raise Problem("a pattern is nested too deeply")
        branches = [self._series()]
        while self._peek() == "|":
            self._take()
            branches.append(self._series())
        self._depth -= 1
        if len(branches) == 1:
            return branches[0]
        return lambda after: self._add(None, *(branch(after) for branch in branches))

    def _series(self) -> "Builder":
        parts: list[Builder] = []
        while self._peek() and self._peek() not in "|)":
            parts.append(self._repeated(self._part()))

        def build(after: int) -> int:
            for part in reversed(parts):
                after = part(after)
            return after

        return build

    def _repeated(self, part: "Builder") -> "Builder":
        bounds = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(self._peek())
        if bounds:
            self._take()
        elif self._peek() == "{":
            bounds = self._bounds()
        if bounds is None:
            return part
        if self._peek() in {"?", "*", "+"} and self._take() != "?":  # lazy or not is the same for a yes or no
            raise Problem("a pattern repeats a repetition")
        least, most = bounds
        return lambda after: self._build_repeated(part, least, most, after)

    def _bounds(self) -> tuple[int, int | None]:
        end = self._source.find("}", self._at)
        least, comma, most = self._source[self._at + 1 : end].partition(",")
        if end < 0 or not least.isdecimal() or not (most.isdecimal() or not most) or len(least + most) > 6:
            raise Problem("a repetition in a pattern is written {2}, {2,} or {2,5}")
        self._at = end + 1
        return int(least), (int(most) if most else None) if comma else int(least)

    def _again(self, part: "Builder", after: int) -> int:
        self._built += 1
        if self._built > MAX_STATES:
            raise Problem("a pattern repeats too much")
        return part(after)

    def _build_repeated(self, part: "Builder", least: int, most: int | None, after: int) -> int:
        if most is None:
            loop = self._add(None)
            self._states[loop] = State(None, "", (self._again(part, loop), after))
            after = loop
        else:
            end = after
            for _ in range(most - least):
                after = self._add(None, self._again(part, after), end)
        for _ in range(least):
            after = self._again(part, after)
        return after

    def _part(self) -> "Builder":
        sign = self._take()
        if sign == "(":
            return self._group()
        if sign in "^$":
            return lambda after: self._add(None, after, edge=sign)
        if sign in "*+?{":
            raise Problem(f"{sign} in a pattern repeats nothing")
        test = self._test(sign)
        return lambda after: self._add(test, after)

    def _group(self) -> "Builder":
        if self._peek() == "?":
            self._take()
            if self._take() != ":":
                raise Problem("a pattern has no look-around and no names; write (…)")
        inner = self._choice()
        if self._take() != ")":
            raise Problem("a bracket in a pattern is not closed")
        return inner

    def _test(self, sign: str) -> Test:
        if sign == ".":
            return lambda found: found != "\n"
        if sign == "[":
            return self._class()
        return self._escaped() if sign == "\\" else sign.__eq__

    def _escaped(self) -> Test:
        sign = self._take()
        if sign.lower() in _CLASSES:
            test = _CLASSES[sign.lower()]
            return test if sign.islower() else lambda found: not test(found)
        if sign in _SIGNS:
            return _SIGNS[sign].__eq__
        if sign.isalnum():
            raise Problem(f"\\{sign} is not known in patterns")
        return sign.__eq__

    def _class(self) -> Test:
        negated = self._peek() == "^"
        if negated:
            self._take()
        tests: list[Test] = []
        while not tests or self._peek() != "]":
            tests.append(self._class_entry())
        self._take()
        return lambda found: any(test(found) for test in tests) != negated

    def _class_entry(self) -> Test:
        sign = self._take()
        if sign == "\\":
            return self._escaped()
        if self._peek() == "-" and self._source[self._at + 1 : self._at + 2] not in {"]", ""}:
            self._take()
            end = self._take()
            if end == "\\" or end < sign:
                raise Problem(f"{sign}-{end} in a pattern is no range")
            return lambda found: sign <= found <= end
        return sign.__eq__


Builder = Callable[[int], int]


@lru_cache(maxsize=512)
def compile_pattern(source: str) -> Pattern:
    """Read a pattern.

    Raises:
        Problem: says what is wrong with it.
    """
    return Pattern(source)
