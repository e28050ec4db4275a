"""What people do all day, by chance: each act is a few requests of somebody's browser."""

import random
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from lxml import html

from processes.demo import PASSWORD
from tests.faults.people import CASE, CLAIM, DOCUMENT, DOT, PRINTED, RECORD, TASK, Answers, Browser, Seen

CLERKS = ("zhou", "fang", "qin", "ouyang")
"""They register complaints, those of patients and of claims as well."""
STAFF = (
    "li", "zhao", "he", "chen", "wang", "xu", "sun", "tang", "wu", "gao", "ma", "admin", "hong", "cai", "wen", "shen",
    "gu", "hao", "lyu", "ning", "situ", "guan",
)  # fmt: skip
FORMS = ("kb_sales_quality", "pt_patient", "op_quality_claim", "front_door")
PAGES = (
    "/work", "/work?view=waiting", "/work/news", "/cases", "/cases?state=all", "/cases?q=%E5%A3%B3%E4%BD%93%E5%BC%80%E8%A3%82&state=all",
    "/search/suggest?q=%E5%A3%B3%E4%BD%93%E5%BC%80", "/notices", "/statistics", "/procedures", "/account", "/cases.csv",
)  # fmt: skip


DOOR = threading.Lock()
"""No more than two passwords from one address are compared at a time."""


class Worker:
    """Somebody who sits down at one desk after the other and works."""

    def __init__(self, port: int, seen: Seen, answers: Answers, number: int) -> None:
        self.port, self.seen, self.answers = port, seen, answers
        self.chance = random.Random(number)
        self.desks: dict[str, Browser] = {}
        self.numbers: list[str] = []

    def work(self, until: float, ended: threading.Event) -> None:
        """Until a moment of the monotonic clock, or until told to end."""
        acts = (
            self.register,
            self.task,
            self.task,
            self.task,
            self.look,
            self.look,
            self.case,
            self.attach,
            self.record,
        )
        while time.monotonic() < until and not ended.is_set():
            login = self.chance.choice(CLERKS if (act := self.chance.choice(acts)) == self.register else STAFF)
            browser = self.desk(login)
            if browser is None:
                ended.wait(1)
                continue
            act(browser)
            browser.leave()

    def desk(self, login: str) -> Browser | None:
        """The browser of a person who is signed in; None where that was not possible."""
        if login not in self.desks:
            browser = Browser(self.port, login, self.seen)
            with DOOR:
                let_in = browser.sign_in()
            if not let_in:
                self.seen.note("not let in", 1, 0.0, login)
                return None
            self.desks[login] = browser
        return self.desks[login]

    def register(self, browser: Browser) -> None:
        """A complaint comes in."""
        key = self.chance.choice(FORMS)
        page = browser.get(f"/register/{key}")
        if page.status == 200:
            done = self.fill(browser, page.text, f"/register/{key}", "register")
            self.numbers += CASE.findall(f'href="{done}"'.replace("/register/done/", "/cases/"))

    def task(self, browser: Browser) -> None:
        """One takes a task of the list, fills it in and hands it on."""
        page = browser.get(f"/work?view={self.chance.choice(('mine', 'group', 'group'))}")
        found = list(dict.fromkeys(TASK.findall(page.text)))
        if not found:
            return
        address = f"/tasks/{self.chance.choice(found[:20])}"
        page = browser.get(address)
        if CLAIM.search(page.text):
            browser.post("claim", f"{address}/claim", _hidden(page.text), {})
            page = browser.get(address)
        if page.status == 200:
            self.fill(browser, page.text, address, "complete")

    def look(self, browser: Browser) -> None:
        """One looks around."""
        browser.get(self.chance.choice(PAGES))

    def some_case(self, browser: Browser) -> tuple[str, str]:
        """The address and the page of a case that the person sees; empty where there is none."""
        found = list(dict.fromkeys(CASE.findall(browser.get("/cases").text)))
        if not found:
            return "", ""
        address = f"/cases/{self.chance.choice(found)}"
        return address, browser.get(address).text

    def case(self, browser: Browser) -> None:
        """One reads a case, its papers and a letter, and sometimes prints it."""
        address, page = self.some_case(browser)
        if not address:
            return
        papers = browser.get(f"{address}/documents").text + page
        for found, what in (DOCUMENT.findall(papers), "download"), (PRINTED.findall(papers), "letter"):
            if found:
                browser.get(self.chance.choice(found), what)
        if self.chance.random() < 0.05:
            browser.get(f"{address}/file.pdf", "case file")

    def attach(self, browser: Browser) -> None:
        """A photograph for a case, or a comment."""
        address, page = self.some_case(browser)
        if not address:
            return
        if self.chance.random() < 0.5:
            picture = DOT + self.chance.randbytes(self.chance.choice((2_000, 60_000, 400_000)))
            browser.post("upload", f"{address}/documents/add", _hidden(page), {"files": ("photo.png", picture)})
        else:
            asked = _hidden(browser.get(f"{address}/comment").text)
            browser.post("comment", f"{address}/comment", [*asked, ("text", f"noted {self.chance.random()}")], {})

    def record(self, browser: Browser) -> None:
        """The customer says something."""
        _, page = self.some_case(browser)
        found = RECORD.findall(page)
        if found:
            address = self.chance.choice(found)
            asked = browser.get(address)
            if asked.status == 200:
                self.fill(browser, asked.text, address, "record")

    def fill(self, browser: Browser, page: str, address: str, what: str) -> str:
        """Fill in the form of a page as somebody has before, and mend what is refused; where it led."""
        form = _form(page)
        if form is None:
            return ""
        own = _values(form)
        given = self.answers.fitting({name for name, _ in own}, self.chance)
        pairs = _mixed(own, given)
        for _ in range(4):
            files = {
                each.get("name"): ("photo.png", DOT + self.chance.randbytes(3000))
                for each in form.xpath('.//input[@type="file"]')
                if self.chance.random() < 0.5 or each.get("aria-invalid")
            }
            answer = browser.post(what, address, pairs, files)
            if answer.status != 422 or (again := _form(answer.text)) is None:
                return answer.location
            form = again
            pairs = self.mend(form, _values(form))
        return ""

    def mend(self, form: Any, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Something into each field that is refused or empty, and a signature."""
        mended = dict.fromkeys(name for name, value in pairs if not value and not name.startswith("_"))
        for each in form.xpath('.//*[@aria-invalid="true"]'):
            mended[each.get("name") or ""] = None
        pairs = [(name, value) for name, value in pairs if name not in mended]
        for name in mended:
            fields = form.xpath(".//*[@name=$name]", name=name)
            if fields and (value := self.invent(fields)) is not None:
                pairs.append((name, value))
        radios = {each.get("name") for each in form.xpath('.//input[@type="radio"]')}
        for name in radios - {name for name, _ in pairs}:
            pairs.append((name, self.invent(form.xpath(".//*[@name=$name]", name=name)) or ""))
        return pairs

    def invent(self, fields: list[Any]) -> str | None:
        """An answer for a field; None for one that takes none."""
        first, kind = fields[0], fields[0].get("type")
        if kind in {"radio", "checkbox"}:
            able = [each.get("value") or "true" for each in fields if each.get("disabled") is None]
            return self.chance.choice(able) if able else None
        if first.tag == "select":
            options = [each.get("value") for each in first.iter("option") if each.get("value")]
            return self.chance.choice(options) if options else None
        soon = datetime.now(UTC) + timedelta(days=self.chance.randint(1, 9))
        number = "number" if first.get("inputmode") in {"numeric", "decimal"} else kind
        known = {
            "file": None,
            "hidden": None,
            "password": PASSWORD,
            "date": f"{soon:%Y-%m-%d}",
            "datetime-local": f"{datetime.now(UTC):%Y-%m-%dT%H:%M}",
            "email": "lin@yuanfan.example",
            "number": str(self.chance.randint(1, 9)),
        }
        return known.get(number or "text", "核对无误，附照片两张，按规定办理。")


def _form(page: str) -> Any:
    if "<form" not in page:
        return None
    found = html.fromstring(page).xpath("//form[@data-main]")
    return found[0] if found else None


def _hidden(page: str) -> list[tuple[str, str]]:
    """What a form sends beside what is typed."""
    forms = html.fromstring(page or "<p>").xpath("//main//form[@method='post']")
    found = (
        forms[0].xpath('.//input[@type="hidden"]')
        if forms
        else html.fromstring(page or "<p>").xpath('//input[@name="csrf_token"]')[:1]
    )
    return [(each.get("name"), each.get("value", "")) for each in found if each.get("name")]


def _values(form: Any) -> list[tuple[str, str]]:
    """Names and values as the page shows them."""
    pairs = []
    for each in form.xpath(".//input|.//select|.//textarea"):
        name, kind = each.get("name"), each.get("type")
        if not name or each.get("disabled") is not None or kind in {"file", "submit", "button"}:
            continue
        if kind == "password":
            pairs.append((name, PASSWORD))
        elif kind in {"radio", "checkbox"}:
            if each.get("checked") is not None:
                pairs.append((name, each.get("value") or "on"))
        elif each.tag == "select":
            chosen = [option.get("value", "") for option in each.iter("option") if option.get("selected") is not None]
            pairs += [(name, value) for value in chosen[:1] or [""]]
        elif each.tag == "textarea":
            pairs.append((name, each.text or ""))
        else:
            pairs.append((name, each.get("value", "")))
    named = {each.get("name") for each in form.xpath('.//input[@type="radio"]|.//input[@type="checkbox"]')}
    return pairs + [(name, "") for name in named - {name for name, _ in pairs} if name and not name.startswith("_")]


def _mixed(own: list[tuple[str, str]], given: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """What the page shows, and in its place what is answered."""
    answered = {name for name, _ in given}
    return [(name, value) for name, value in own if name not in answered and value] + given
