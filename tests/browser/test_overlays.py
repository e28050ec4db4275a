"""What is hung on a diagram covers nothing: no word, no shape, no other overlay."""

import json
import re
import shutil
from html import escape, unescape
from pathlib import Path

import pytest
from gallery import Guest, Served
from lxml import etree

import processes

pytestmark = pytest.mark.seconds(18)

ADDRESS = "http://kesu.invalid/drawing.bpmn"
MODEL = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
TIMED = ("userTask", "manualTask", "callActivity", "receiveTask", "serviceTask")
SHIPPED = sorted(Path(processes.__file__).parent.rglob("*.bpmn"))

MEETINGS = """() => {
  const inner = (box, by) => ({ x: box.x + by, y: box.y + by, right: box.right - by, bottom: box.bottom - by });
  const boxes = (selector, by) => [...document.querySelectorAll(`.dg ${selector}`)]
    .filter((each) => each.getBoundingClientRect().width && !each.closest("defs"))
    .map((each) => ({ says: each.textContent.trim() || each.closest("[data-element-id]")?.dataset.elementId,
                      node: each, ...inner(each.getBoundingClientRect(), by) }));
  const meet = (a, b) => a.x < b.right && b.x < a.right && a.y < b.bottom && b.y < a.bottom;
  const hung = boxes(".ovl", 0.5);
  const frames = [...document.querySelectorAll(".dg .djs-group > .djs-children")]
    .filter((each) => each.querySelector(".djs-shape")).map((each) => each.previousElementSibling);
  const shapes = boxes(".djs-shape > .djs-visual > :is(rect, circle, polygon)", 0.5)
    .filter(({ node }) => !frames.some((frame) => frame.contains(node)) && !/lane|pool|^Added_/i.test(node.closest("[data-element-id]").dataset.elementId));
  const words = boxes(".djs-visual text", 0.5);
  const found = [];
  hung.forEach((one, number) => {
    for (const other of [...hung.slice(number + 1), ...shapes, ...words]) {
      if (meet(one, other)) found.push(`${one.says} on ${other.says}`);
    }
  });
  return { found, hung: hung.length, words: words.length, shapes: shapes.length };
}"""


def overlays(content):
    """The most that can hang on a drawing: at each step who has it, what is late, and how long it took."""
    steps = [each.get("id") for kind in TIMED for each in etree.fromstring(content).iter(MODEL + kind)]
    for step in steps:
        yield {"element": step, "text": "General manager’s office · 5 d 04 h", "kind": "token", "icon": "user"}
        yield {"element": step, "text": "4 wd late", "kind": "bad", "icon": "alert-triangle", "place": "below-left"}
        yield {"element": step, "text": "3 · 2 h 10", "kind": "", "icon": "refresh", "place": "below-right"}


def words_of(lines):
    """Words as they are written: one that was broken is none of them."""
    return {word for line in lines for word in re.split(r"[\s-]+", line)}


@pytest.fixture(scope="module")
def case(furnished, door, windows, tmp_path_factory):
    """A page with a drawing that is looked at by one visitor, whose clock is moved on."""
    template, deployments, number = furnished
    path = tmp_path_factory.mktemp("overlays") / "kesu.db"
    shutil.copy(template, path)
    served = Served(door, f"sqlite:///{path}", deployments, number)
    visitor = Guest(windows, served, "wang", bypass_csp=True)
    visitor.again = False
    visitor.page.clock.install()
    yield visitor
    visitor.close()
    served.close()


@pytest.fixture
def show(case):
    """Shows a drawing in the place of that of the case."""
    page, address = case.page, f"/cases/{case.served.number}"

    def drawn(content, hung):
        def replaced(route):
            answer = route.fetch()
            text = answer.text()
            start = text.index('data-diagram="') + len('data-diagram="')
            end = text.index('"', start)
            state = json.loads(unescape(text[start:end])) | {
                "url": ADDRESS,
                "overlays": hung,
                "focus": "",
                "process": "",
            }
            route.fulfill(response=answer, body=text[:start] + escape(json.dumps(state)) + text[end:])

        page.route(f"**{address}", replaced)
        page.route(ADDRESS, lambda route: route.fulfill(body=content, headers={"Access-Control-Allow-Origin": "*"}))
        case.go(address)
        return page

    yield drawn
    page.unroute_all()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_overlays_cover_nothing_at_any_size(show, path):
    content = path.read_bytes()
    hung = list(overlays(content))
    page = show(content, hung)
    page.locator(".dg .ovl").first.wait_for()
    beside = page.locator('.dg [data-element-id$="_label"] tspan').all_text_contents()
    assert words_of(beside) <= words_of(each.get("name", "") for each in etree.fromstring(content).iter("*"))
    for zoom in ("fit", "in", "out", "out"):
        page.click(f"[data-zoom={zoom}]")
        page.clock.fast_forward(400)  # they are hung on anew when the drawing has come to rest
        seen = page.evaluate(MEETINGS)
        # far out nothing is free any more, and the last of these many are left out
        assert seen["hung"] == len(hung) or zoom == "out"
        assert seen["words"] > 0
        assert seen["found"] == []
