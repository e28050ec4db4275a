"""No key of a machine stands for a word: pages are walked from link to link, as staff see them, in both languages."""

import json
import re
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import ward
from lxml import html

import processes

pytestmark = pytest.mark.seconds(25)

ROOT = Path(processes.__file__).parent
PAGES = re.compile(r"/(work|tasks|cases|register|start|notices|account|found)\b")
LEFT_OUT = re.compile(r"/(pane|file/|letter|download|language|sign-out)|_fresh|\.(pdf|png|txt|csv)$")
SNAKE = re.compile(r"\b[a-z]+[a-z0-9]*(?:_[a-z0-9]+)+\b")
ELEMENT = re.compile(r"\b(?:[A-Z]{2}|Flow|Event|Activity|Gateway|Field|Text|Table|List)_\w+")
GAP = re.compile(r"%\(\w+\)|\{\{|\}\}|^None$|\bundefined\b")
TOLD = ("view", "show", "state", "diagram", "kind", "procedure")
"""Parameters whose values lead to pages of other words."""
MOST = 90


def keys():
    """The values of options and the names of fields that no label of any form is called."""
    found, labels = set(), set()

    def look(node):
        if isinstance(node, dict):
            labels.add(str(node.get("label")))
            found.update(str(node[name]) for name in ("value", "key", "path") if isinstance(node.get(name), str))
            for each in node.values():
                look(each)
        elif isinstance(node, list):
            for each in node:
                look(each)

    for file in ROOT.rglob("*.form"):
        look(json.loads(file.read_bytes()))
    return {each for each in found if re.fullmatch(r"[a-z][a-z_]{2,}", each)} - labels


KEYS = keys()


def texts(tree):
    """What is read on a page, in its pieces."""
    for hidden in tree.xpath("//script|//style|//template|//kbd|//code|//pre"):
        hidden.drop_tree()
    yield from (text.strip() for text in tree.xpath("//text()"))
    for name in ("title", "aria-label", "placeholder", "alt"):
        yield from (str(text).strip() for text in tree.xpath(f"//@{name}"))


def raw(text, language):
    """What in a text is a key; English words may be those of keys, too."""
    yield from (each.group() for pattern in (SNAKE, ELEMENT, GAP) for each in pattern.finditer(text))
    if language == "zh" and text in KEYS:
        yield text


def kind(address):
    """What pages have in common that say the same in another order, or of another value that is filtered by."""
    parts = urlsplit(address)
    asked = ((name, value if name in TOLD else "") for name, value in parse_qsl(parts.query))
    return parts.path, frozenset(asked)


def walk(client, start, seen):
    """The pages of a start, and those that are reached from there by links, with what was read on them.

    Of the linked ones only one of each kind that is not among the seen ones, which grow.
    """
    todo, every, left = [(address, True) for address in start], set(), MOST
    while todo and left:
        address, first = todo.pop(0)
        if address in every or (not first and kind(address) in seen):
            continue
        every.add(address)
        seen.add(kind(address))
        left -= 1
        answer = client.get(address, follow_redirects=True)
        if answer.mimetype != "text/html":
            continue
        tree = html.fromstring(answer.text)
        links = [str(link).partition("#")[0] for link in tree.xpath("//a/@href")]
        todo += [(link, False) for link in dict.fromkeys(links) if PAGES.match(link) and not LEFT_OUT.search(link)]
        yield address, texts(tree)


def keys_read(hall, language, starts):
    """The keys that people read from their starts on: where a page is linked for many, one of them opens it."""
    seen = set()
    return sorted(
        f"{login} {address}: {each} in {text[:60]!r}"
        for login, start in starts
        for address, read in walk(hall.visitor(login, language), start, seen)
        for text in read
        for each in raw(text, language)
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_key_is_read_on_the_pages_of_staff(disputed, language):
    hall, number = disputed
    hall.register(
        description="外箱压损三件，客户要求补发。", complainant_kind="person", received_at="2026-09-30T08:00:00+08:00"
    )
    work = ["/work", "/work?view=group", "/work?view=waiting"]
    start = [*work, "/cases?state=all", f"/cases/{number}", "/register", "/start", "/notices", "/account"]
    assert keys_read(hall, language, [(login, start) for login in ("sun", "wang", "zhao", "feng")]) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_key_is_read_on_the_pages_of_a_patients_case(make_played, language):
    hall, _ = make_played(ward.agreed, "2026-11-10T08:40")
    starts = (
        ("shen", [f"/cases/{ward.NUMBER}", f"/cases/{ward.NUMBER}/file", f"/cases/{ward.NUMBER}/documents"]),
        ("gu", [f"/cases/{ward.NUMBER}", "/cases?state=all", "/notices"]),
        ("wu", ["/work?view=group"]),
    )
    assert keys_read(hall, language, starts) == []


@pytest.mark.parametrize(
    ("language", "title"), [("en", "Complaints about goods · Register"), ("zh", "客户抱怨处理 · 登记")]
)
def test_the_form_of_a_registration_is_titled_as_its_procedure(hall, language, title):
    page = html.fromstring(hall.visitor("sun", language).get("/register", follow_redirects=True).text)
    assert page.findtext(".//title").startswith(title)
    assert page.findtext(".//h1") == title.partition(" · ")[0]
