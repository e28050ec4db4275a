"""Changes as those read them who draw the procedure: labels in their language, conditions without signs of machines."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from lxml import etree

from engine import Session
from processes import catalogue
from web.admin.deployments.comparison.between import Change, FileChange
from web.admin.deployments.comparison.place import Place
from web.admin.deployments.comparison.vocabulary import ASPECTS, FIXED, GROUPS, KINDS, PEOPLE, SPOKEN, VALUES
from web.shell import language
from web.shell.language import gettext as _
from web.shell.language import ngettext
from web.shell.people import Names, joined, names

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
MOST_NAMED = 4
MOST_EXPLAINED = 8


@dataclass(frozen=True)
class Told:
    """A change in words."""

    kind: str
    label: str
    ends: str
    told: str
    aspect: str
    before: str
    after: str
    legend: str
    """What the names in it stand for."""
    element: str


@dataclass(frozen=True)
class Wording:
    """The words of two versions of a folder and of the organisation."""

    said: Callable[[str], str]
    """A text of the files in the reader's language."""
    called: Names
    keys: Mapping[str, str]
    """What processes, tables, fields and options are called, by their keys."""

    def told(self, change: Change) -> Told:
        """A change in words."""
        place, (first, _blank, name) = change.place, change.aspect.partition(" ")
        before, after = (self._value(change, first, each) for each in (change.before, change.after))
        return Told(
            self._kind(place),
            self.said(place.label),
            " → ".join(self.said(end) for end in place.ends),
            self._columns(place.told) if change.what == "changed" else "",
            self._aspect(place, first, name, change.aspect),
            before,
            after,
            self._legend(change),
            place.element,
        )

    def moved(self, change: FileChange) -> str:
        """What was only put elsewhere in the drawing, in one line."""
        places = [place for place in change.moved if not place.ends] or list(change.moved)
        if not places:
            return ""
        shown = joined(self.said(each.label) or " → ".join(map(self.said, each.ends)) for each in places[:MOST_NAMED])
        more = len(places) - MOST_NAMED
        if more > 0:
            shown = ngettext("%(names)s and %(num)s more", "%(names)s and %(num)s more", more, names=shown)
        return _("Only moved in the drawing: %(names)s.", names=shown)

    def _kind(self, place: Place) -> str:
        if place.kind == "line":
            return _("line %(number)s", number=place.mark)
        word = language.word(KINDS.get(place.kind, place.kind))
        return f"{word} {place.mark}".strip()

    def _aspect(self, place: Place, first: str, name: str, whole: str) -> str:
        """What of it differs: a column by its heading, an attribute by what it is called in the Modeler."""
        if whole in place.aspects:
            heading = self.said(place.aspects[whole])
            return heading if first == "cell" else f"{language.word(ASPECTS[first])} {heading}"
        if first in ASPECTS:
            return f"{language.word(ASPECTS[first])} {name}".strip()
        return self.said(whole)

    def _columns(self, line: str) -> str:
        """The cells of a row in a line, their columns as people call them."""
        parts = [part.partition(": ") for part in line.split(" · ")] if line else []
        return " · ".join(f"{self.said(column)}{colon}{cell}" for column, colon, cell in parts)

    def _value(self, change: Change, aspect: str, value: str) -> str:
        if aspect == "kind":
            return language.word(KINDS.get(value, value))
        if aspect in FIXED and value in VALUES:
            return language.word(VALUES[value])
        if not change.aspect and change.place.kind == "row":
            return self._columns(value)
        if aspect in GROUPS | PEOPLE and "{" not in value:
            one = self.called.unit if aspect in GROUPS else self.called.person
            return joined(one(each.strip()) for each in value.split(","))
        if aspect in SPOKEN or aspect.endswith("Ref") or aspect == "calledElement":
            return self.said(self.keys.get(value, value) if aspect not in SPOKEN else value)
        return plain(value)

    def _legend(self, change: Change) -> str:
        """What the names in an expression or cell stand for."""
        if change.place.kind in ("line", "translation") or change.aspect.partition(" ")[0] in SPOKEN | FIXED | GROUPS:
            return ""
        text = change.place.told + " " + change.before + " " + change.after
        shown = plain(change.before), plain(change.after)
        found = {}
        for name in dict.fromkeys(NAME.findall(text)):
            label = self.keys.get(name) or self.called.units.get(name, "")
            said = self.said(label)
            if label and said != name and said not in shown and name not in VALUES:
                found[name] = said
        return " · ".join(f"{name} = {said}" for name, said in list(found.items())[:MOST_EXPLAINED])


def wording(session: Session, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Wording:
    """The words of two versions; of what both have those of the later."""
    tongue = language.current()
    texts = {**catalogue.translations(before, tongue), **catalogue.translations(after, tongue)}
    return Wording(
        lambda text: texts.get(text) or language.say(text), names(session), {**_keys(before), **_keys(after)}
    )


def plain(value: str) -> str:
    """An expression without the signs that mark it as one."""
    text = value.strip()
    if text.startswith(("${", "#{")) and text.endswith("}") and "}" not in text[:-1]:
        return text[2:-1].strip()
    return text.removeprefix("=").strip() if text.startswith("=") and not text.startswith("==") else text


def _keys(files: Mapping[str, bytes]) -> dict[str, str]:
    found: dict[str, str] = {}
    for path, content in files.items():
        with suppress(ValueError, TypeError, AttributeError, etree.XMLSyntaxError):
            if path.endswith(".form"):
                found.update(_labels(json.loads(content).get("components", ())))
            elif path.endswith((".bpmn", ".dmn")):
                parser = etree.XMLParser(resolve_entities=False, no_network=True)
                root = etree.fromstring(content, parser)
                for node in root.iter("{*}process", "{*}decision"):
                    found[str(node.get("id"))] = str(node.get("name") or node.get("id"))
    return found


def _labels(components: Iterable[object]) -> Iterable[tuple[str, str]]:
    """What fields and options are called, by their keys and values."""
    for each in components:
        if not isinstance(each, dict):
            continue
        if each.get("key") and each.get("label"):
            yield str(each["key"]), str(each["label"])
        for option in each.get("values") or ():
            yield str(option["value"]), str(option.get("label") or option["value"])
        yield from _labels(each.get("components", ()))
