"""The flagship case in an installation that a browser can visit."""

import sys
from pathlib import Path

from windows import sign_in

sys.path.insert(0, str(Path(__file__).parents[1] / "integration" / "web"))

import story
from hall import PASSWORD, Hall

ROOT = Path(__file__).parents[2]
AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WATCH = """() => { window.shifted = new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => { if (!entry.hadRecentInput) sum += entry.value; }))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 150);
}); }"""
"""Begins to add up what jumps on a page, from its first moment on; other things are looked at meanwhile."""


SEEN = "2026-09-30T10:20"
"""When the flagship case is looked at."""


def furnish(url):
    """Play the flagship case; what was parsed of the procedures, and the number of the case."""
    hall = Hall(url)
    number = story.dispute(hall)
    hall.register(
        description="外箱压损三件，客户要求补发。", received_at="2026-09-30T08:00:00+08:00", complainant_kind="person"
    )
    hall.close()
    return hall.kesu.runtime.deployments, number


def violations(page):
    """What axe finds on a page: the rule and the place of each; it fetches nothing for rules that are not asked for."""
    page.evaluate(AXE)
    options = {"runOnly": TAGS, "resultTypes": ["violations"], "preload": False}
    found = page.evaluate("options => axe.run(document, options)", options)["violations"]
    return [f"{each['id']} {node['target']}" for each in found for node in each["nodes"]]


class Served:
    """The furnished hall, answering at a door."""

    def __init__(self, door, url, deployments, number):
        self.hall = Hall(url, SEEN, deployments=deployments)
        self.hall.app.testing = False
        self.hall.app.config["WTF_CSRF_ENABLED"] = True
        self.number = number
        self.door, self.address = door, door.address
        door.open(self.hall.app)

    def close(self):
        self.door.close()
        self.hall.close()


class Guest:
    """Somebody before a browser; whatever the page complains about is remembered."""

    again = True
    """Whether the window can be given to somebody else; not where a clock was put into it."""

    def __init__(self, windows, served, login, *, width=1440, theme="light", language="en", **options):
        self.served, self.windows = served, windows
        self.options = {"locale": "zh-CN" if language == "zh" else "en-GB", **options}
        self.page = windows.open(width, 900 if width > 700 else 844, theme=theme, **self.options)
        self.context = self.page.context
        self.complaints = []
        self.heard = {"pageerror": lambda error: self.complaints.append(str(error)), "console": self._listen}
        for event, hear in self.heard.items():
            self.page.on(event, hear)
        if login is not None:
            sign_in(self.page, served.address, login, PASSWORD)

    def _listen(self, message):
        if message.type == "error" and "status of 4" not in message.text and "ERR_FAILED" not in message.text:
            self.complaints.append(message.text)

    def sign_in(self, login):
        if not self.page.locator("#login").count():
            self.go("/sign-in")
        self.page.fill("#login", login)
        self.page.fill("#password", PASSWORD)
        with self.page.expect_navigation():
            self.page.press("#password", "Enter")

    def go(self, path):
        answer = self.page.goto(self.served.address + path)
        if self.page.locator("[data-diagram]").count():
            self.page.wait_for_selector("html[data-diagrams=ready]")
        return answer

    def close(self):
        for event, hear in self.heard.items():
            self.page.remove_listener(event, hear)
        if self.again:
            self.windows.give_back(self.page, **self.options)
        else:
            self.context.close()
        assert self.complaints == []
