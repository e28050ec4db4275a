"""Every page in both themes and languages, wide and narrow: readable for all, nothing sideways, nothing that jumps."""

import shutil
import threading

import pytest
from gallery import ROOT, WATCH, Guest, Served, violations
from sqlalchemy import select

from processes.cases import documents
from processes.cases.schema import DbCase
from processes.paper.model import Paper, Paragraph
from processes.paper.printing import typeset

pytestmark = pytest.mark.seconds(55)

EVIDENCE = typeset(Paper("证据", "zh", [Paragraph("照片三张")]))
PHOTOS = ROOT / "test-results"
MODES = [(1440, "light", "en"), (1440, "dark", "zh"), (390, "light", "zh"), (390, "dark", "en")]
"""Each width with each theme and language, each theme with each language; of all three together half."""
READ = ({0, 3}, {1, 2})
"""The modes in which axe reads a page, the one pair and the other in turn: each has both themes, both widths."""
MOST_SHIFT = 0.02
BELOW = """document.querySelector(".app:not(.flow)") ? document.documentElement.scrollHeight - innerHeight : 0"""
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


class SlowLine:
    """Gives a page as far as the first end of an element, the rest of it when it is let go."""

    def __init__(self, app, element):
        self.app, self.end, self.rest = app, f"</{element}>".encode(), threading.Event()

    def __call__(self, environ, start_response):
        if environ["PATH_INFO"].startswith("/static/"):
            return self.app(environ, start_response)
        environ.pop("HTTP_ACCEPT_ENCODING", None)
        return self._halves(b"".join(self.app(environ, start_response)))

    def _halves(self, page):
        first, cut, second = page.partition(self.end)
        yield first + cut
        self.rest.wait(20)
        yield second


@pytest.fixture(scope="module")
def served(furnished, door, tmp_path_factory):
    template, deployments, number = furnished
    path = tmp_path_factory.mktemp("gallery") / "kesu.db"
    shutil.copy(template, path)
    opened = Served(door, f"sqlite:///{path}", deployments, number)
    yield opened
    opened.close()


def addresses(served):
    hall = served.hall
    mine, free = hall.open_task("UT_ReviewCm"), hall.open_task("UT_AcceptCase")
    return [
        "/work",
        "/work?view=group",
        "/work?q=nothing",
        f"/tasks/{mine}",
        f"/tasks/{free}",
        f"/tasks/{mine}/reassign",
        "/work?view=waiting",
        "/work/views/new?view=group",
        f"/cases/{served.number}/comment",
        "/notices",
        "/cases",
        f"/cases/{served.number}",
        f"/cases/{served.number}/file",
        f"/cases/{served.number}/documents",
        f"/cases/{served.number}/documents/{_attached(served)}",
        f"/cases/{served.number}/documents/add",
        "/register",
        "/parts",
        "/nothing",
    ]


def _attached(served):
    """A PDF that somebody has attached to the case; once, however often it is asked for."""
    with served.hall.database.transaction() as session:
        case = session.scalars(select(DbCase).where(DbCase.number == served.number)).one()
        settings = served.hall.kesu.settings
        looked = documents.look("证据.pdf", EVIDENCE, settings)
        documents.add(session, settings, case, [looked], by=served.hall.actor("wang"))
        return documents.of_case(session, case)[-1].id


@pytest.mark.parametrize(("width", "theme", "language"), MODES)
def test_pages_are_accessible_and_calm(served, windows, width, theme, language):
    mode = MODES.index((width, theme, language))
    guest = Guest(windows, served, None, width=width, theme=theme, language=language)
    found = []
    for number, address in enumerate(["/sign-in", *addresses(served)]):
        guest.go(address)
        guest.page.evaluate(WATCH)
        sideways = guest.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if mode in READ[number % 2]:
            found += [f"{address}: {fault}" for fault in violations(guest.page)]
        shift = guest.page.evaluate("window.shifted")
        if shift > MOST_SHIFT:
            found.append(f"{address}: layout shift {shift:.3f}")
        below = guest.page.evaluate(BELOW) if width > 760 else 0
        if below:
            found.append(f"{address}: {below} px below what fills the window")
        if sideways > 0:
            found.append(f"{address}: {sideways} px sideways")
        if address == "/sign-in":
            guest.sign_in("wang")
    guest.close()  # complains about what the pages' own policy refused
    assert found == []


@pytest.mark.parametrize(("width", "theme", "language"), [MODES[1], MODES[3]])
def test_the_first_screen_of_the_statistics_answers_and_a_key_or_paper_shows_the_rest(
    served, windows, width, theme, language
):
    guest = Guest(windows, served, "feng", width=width, theme=theme, language=language)
    guest.go("/statistics?period=2026-09")
    page = guest.page
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    last = page.locator(".answers .card h2").last.bounding_box()
    assert last["y"] + last["height"] < page.viewport_size["height"]
    report = page.locator("#R03")
    assert not report.is_visible()
    page.locator("details:has(#R03) > summary").press("Enter")
    report.wait_for()
    page.locator('.answers a[href="#R01-1"], .answers a[href="#R01-3"]').first.press("Enter")
    page.locator("#R01").wait_for()  # an address with its anchor unfolds it
    assert violations(page) == []
    assert not page.locator("#R09").is_visible()
    page.emulate_media(media="print")
    assert page.locator("#R09").is_visible()
    page.emulate_media(media="screen")
    guest.close()


@pytest.mark.parametrize("element", ["form", "h1"])
@pytest.mark.parametrize("address", ["/sign-in", "/verify"])
def test_what_is_there_stays_where_it_is_when_the_rest_arrives(served, windows, monkeypatch, address, element):
    line = SlowLine(served.hall.app.wsgi_app, element)
    monkeypatch.setattr(served.hall.app, "wsgi_app", line)
    guest = Guest(windows, served, None, width=390, language="zh")
    guest.page.goto(served.address + address, wait_until="commit")
    guest.page.wait_for_selector(element)
    guest.page.evaluate(PAINTED)
    guest.page.evaluate(WATCH)
    line.rest.set()
    guest.page.wait_for_load_state("load")
    shifted = guest.page.evaluate("window.shifted")
    guest.close()
    assert shifted == 0


@pytest.mark.parametrize(("theme", "language"), [("light", "zh"), ("dark", "en")])
def test_all_parts_are_photographed(served, windows, theme, language):
    PHOTOS.mkdir(exist_ok=True)
    guest = Guest(windows, served, "wang", theme=theme, language=language)
    guest.go("/parts")
    picture = PHOTOS / f"parts-{theme}-{language}.png"
    guest.page.screenshot(path=picture, full_page=True)
    guest.close()
    assert picture.stat().st_size > 100_000


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_mark_of_bpmn_io_stands_free_on_its_white_plate(served, windows, theme):
    guest = Guest(windows, served, "wang", theme=theme)
    guest.go(f"/cases/{served.number}")
    mark = guest.page.locator(".dg .bjs-powered-by")
    assert mark.evaluate("each => getComputedStyle(each).backgroundColor") == "rgb(255, 255, 255)"
    box, frame = mark.bounding_box(), guest.page.locator(".dg").bounding_box()
    assert frame["x"] + frame["width"] - box["x"] - box["width"] >= 8
    assert frame["y"] + frame["height"] - box["y"] - box["height"] >= 8
    mark.scroll_into_view_if_needed()
    on_top = mark.evaluate(
        """each => { const box = each.getBoundingClientRect();
        return each.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)); }"""
    )
    assert on_top
    guest.close()
