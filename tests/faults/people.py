"""People at their browsers, over HTTP and without one: they register, claim, fill in, hand on, upload, download, look.

What they answer is taken from the shipped scenarios, with the dates moved to today. An answer that does not fit is
refused, as it would be for anybody, and somebody tries another one later.
"""

import base64
import gzip
import random
import re
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from http.client import HTTPConnection, HTTPException, HTTPResponse
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import yaml

from processes.demo import PASSWORD

PROCESSES = Path(__file__).parents[2] / "processes"
DAY = re.compile(r"\d{4}-\d\d-\d\d")
MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d)?[+]\d\d:\d\d")
TASK, CLAIM = re.compile(r'href="/tasks/(\d+)"'), re.compile(r'formaction="/tasks/\d+/claim"')
ELEMENT = re.compile(r'data-element="(\w+)"')
CASE = re.compile(r'href="/cases/([A-Z]+-\d{4}-\d{6})"')
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
NAMES = re.compile(r'name="([A-Za-z]\w*(?:[.]\w+)*)"')
SIGNS, FILES = re.compile(r'name="_sign:([\w.]+):password"'), re.compile(r'type="file"[^>]*name="([\w.]+)"')
DOCUMENT, PRINTED = re.compile(r'href="(/files/\d+)"'), re.compile(r'href="(/letters/\d+(?:\.pdf)?)"')
RECORD = re.compile(r'href="(/cases/[\w-]+/record/\d+)"')
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""A picture."""


@dataclass
class Seen:
    """What people got: how often, how long it took, and what should not have been."""

    counts: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: list[str] = field(default_factory=list)
    """Answers of 500 and up, and requests without an answer."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, what: str, status: int, seconds: float, where: str, said: str = "") -> None:
        """One answer; status 0 where there was none."""
        with self._lock:
            self.counts[f"{what} {status}"] += 1
            self.seconds[what].append(seconds)
            if status >= 500 or not status:
                self.wrong.append(f"{datetime.now(UTC):%H:%M:%S} {status} {where} {said}")

    def table(self) -> str:
        """A line for each kind: how many, the middle, the 95th of a hundred, the longest, and the answers."""
        lines = []
        for what, every in sorted(self.seconds.items()):
            taken = sorted(every)
            found = {key.rpartition(" ")[2]: n for key, n in self.counts.items() if key.rpartition(" ")[0] == what}
            told = ", ".join(f"{status}: {n}" for status, n in sorted(found.items()))
            p50, p95 = taken[len(taken) // 2], taken[len(taken) * 95 // 100]
            lines.append(f"{what:12}{len(taken):7}  p50 {p50:6.3f}  p95 {p95:6.3f}  max {taken[-1]:6.3f}   {told}")
        return "\n".join(lines)


@dataclass
class Answer:
    """Of one request."""

    status: int
    text: str
    location: str = ""


class Browser:
    """One person signed in."""

    def __init__(self, port: int, login: str, seen: Seen, password: str = PASSWORD) -> None:
        self.port, self.login, self.seen, self.password = port, login, seen, password
        self.cookies: dict[str, str] = {}
        self._connection: HTTPConnection | None = None

    def ask(self, what: str, path: str, data: bytes | None = None, kind: str = "") -> Answer:
        """One request; an address that does not answer is status 0."""
        began = time.monotonic()
        try:
            status, text, location = self._ask(path, data, kind)
        except (OSError, HTTPException) as error:
            self._connection = None
            self.seen.note(what, 0, time.monotonic() - began, path, type(error).__name__)
            return Answer(0, "")
        said = " ".join(re.sub(r"<[^>]+>", " ", text.partition("<main")[2]).split())[:150] if status >= 500 else ""
        self.seen.note(what, status, time.monotonic() - began, path, said)
        return Answer(status, text, location)

    def _ask(self, path: str, data: bytes | None, kind: str) -> tuple[int, str, str]:
        heads = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        heads |= {"Accept-Language": "en", "Accept-Encoding": "gzip"}
        if data is not None:
            heads["Content-Type"] = kind or "application/x-www-form-urlencoded"
        answer = self._send("GET" if data is None else "POST", path, data, heads)
        body = answer.read()
        for head in answer.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(head).items()}
        if answer.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        return answer.status, body.decode(errors="replace"), answer.headers.get("Location", "")

    def _send(self, method: str, path: str, data: bytes | None, heads: dict[str, str]) -> HTTPResponse:
        if self._connection is not None:  # the server may have closed it meanwhile: only then once more
            try:
                self._connection.request(method, path, data, heads)
                return self._connection.getresponse()
            except (ConnectionError, HTTPException):
                self._connection = None
                if method == "POST":
                    raise
        self._connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        self._connection.request(method, path, data, heads)
        return self._connection.getresponse()

    def leave(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def get(self, path: str, what: str = "page") -> Answer:
        """A page."""
        return self.ask(what, path)

    def post(self, what: str, path: str, pairs: list[tuple[str, str]], files: dict[str, tuple[str, bytes]]) -> Answer:
        """A form, with files."""
        if not files:
            return self.ask(what, path, urlencode(pairs).encode())
        mark = "kesu" + random.randbytes(12).hex()
        parts = [f'--{mark}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'.encode() for n, v in pairs]
        for name, (file, content) in files.items():
            head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n'
            parts.append(f"{head}Content-Type: image/png\r\n\r\n".encode() + content + b"\r\n")
        return self.ask(
            what, path, b"".join(parts) + f"--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"
        )

    def sign_in(self) -> bool:
        """At the sign-in page."""
        page = self.get("/sign-in", "sign-in")
        token = TOKEN.search(page.text)
        if token is None:
            return False
        pairs = [("csrf_token", token[1]), ("login", self.login), ("password", self.password)]
        return self.post("sign-in", "/sign-in", pairs, {}).status == 303


class Answers:
    """What has been answered to each task, and told of each case, in the scenarios."""

    def __init__(self) -> None:
        self.known: dict[str, list[tuple[date, dict[str, Any]]]] = defaultdict(list)
        for path in sorted(PROCESSES.glob("*/scenarios/*.yaml")):
            told = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
            at = date.fromisoformat(told.get("at", "2026-01-05")[:10])
            for step in told.get("steps", ()):
                about = step.get("complete") or step.get("message")
                name = about.get("task") if isinstance(about, dict) else about
                if isinstance(name, str) and isinstance(step.get("with", {}), dict):
                    self.known[name].append((at, step.get("with", {})))
        self.names = {name: {key for _, each in every for key in each} for name, every in self.known.items()}

    def fitting(self, names: set[str], chance: random.Random) -> list[tuple[str, str]]:
        """Names and values as a browser sends them, of some answer that the fields of a page fit best."""
        tops = {name.partition(".")[0] for name in names}
        rated = [
            (len(tops & answers.keys()) / max(1, len(tops & self.names[element])), chance.random(), at, answers)
            for element, every in self.known.items()
            if len(self.names[element] & tops)
            > 0.7 * len({t for t in tops if not t.startswith("_") and t != "csrf_token"})
            for at, answers in every
        ]
        if not rated:
            return []
        best = max(rated, key=lambda each: each[:2])
        near = [each for each in rated if each[0] >= best[0] - 0.3]
        _, _, at, answers = chance.choice(near)
        return list(_pairs(answers, "", datetime.now(UTC).date() - at))


def _pairs(value: Any, name: str, later: timedelta) -> Any:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _pairs(each, f"{name}.{key}" if name else key, later)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _pairs(each, f"{name}.{number}" if isinstance(each, dict) else name, later)
    elif value != "null" and not name.endswith("signature"):
        found = MOMENT.fullmatch(value)
        yield name, DAY.sub(lambda day: _moved(day[0], later), found[1] if found else value, count=1)


def _moved(day: str, later: timedelta) -> str:
    return (date.fromisoformat(day) + later).isoformat()
