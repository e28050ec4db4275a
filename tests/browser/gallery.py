"""The flagship case in an installation that a browser can visit."""

import sys
from pathlib import Path

import serving

sys.path.insert(0, str(Path(__file__).parents[1] / "integration" / "web"))

import story
from hall import PASSWORD, Hall

ROOT = Path(__file__).parents[2]
AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SHIFT = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => { if (!entry.hadRecentInput) sum += entry.value; }))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 150);
})"""


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


class Served:
    """The furnished hall, answering at an address."""

    def __init__(self, url, deployments, number):
        self.hall = Hall(url, SEEN, deployments=deployments)
        self.hall.app.testing = False
        self.hall.app.config["WTF_CSRF_ENABLED"] = True
        self.number = number
        self.server = serving.Server(self.hall.app)
        self.address = self.server.address

    def close(self):
        self.server.stop()
        self.hall.close()


class Guest:
    """Somebody before a browser; whatever the page complains about is remembered."""

    def __init__(self, browser, served, login, *, width=1440, theme="light", language="en", **options):
        self.served = served
        self.context = browser.new_context(
            viewport={"width": width, "height": 900 if width > 700 else 844},
            color_scheme=theme,
            locale="zh-CN" if language == "zh" else "en-GB",
            **options,
        )
        self.context.set_default_timeout(20_000)
        self.page = self.context.new_page()
        self.complaints = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._listen)
        if login is not None:
            self.sign_in(login)

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
        self.context.close()
        assert self.complaints == []
