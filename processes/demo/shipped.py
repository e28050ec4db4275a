"""The demos that folders of procedures have: found by the name of their package."""

from dataclasses import replace
from importlib import import_module
from typing import Any

from processes import folders
from processes.demo.errors import NoDemo, StoryTwice
from processes.demo.model import Demo, Story

LATER = 3
"""Working days between a story and the time it is told again."""


def demos() -> list[Demo[Any]]:
    """What each folder with a package `demo` tells; NoDemo when there is none in the package."""
    found = []
    for path in folders.below(folders.ROOT):
        if (path / "demo" / "__init__.py").is_file():
            name = ".".join(("processes", *path.relative_to(folders.ROOT).parts, "demo"))
            demo = getattr(import_module(name), "DEMO", None)
            if not isinstance(demo, Demo):
                raise NoDemo(package=name)
            found.append(demo)
    return found


def stories(least: int = 0, *, few: bool = False) -> list[tuple[Demo[Any], Story]]:
    """The stories of all, each with the demo that tells it; StoryTwice when two have the same key.

    Args:
        least: how many there should be: where fewer are told, they are told again, each time of days further back.
        few: only those that show each kind of case once.
    """
    told = [(demo, story) for demo in demos() for story in demo.stories() if not (few and story.many)]
    seen: set[str] = set()
    for demo, story in told:
        if story.key in seen:
            raise StoryTwice(key=story.key, process=demo.process)
        seen.add(story.key)
    times = max(1, -(-least // len(told)))
    cases = [(demo, story) for demo, story in told if story.month is None]
    again = [(demo, _again(story, time)) for time in range(1, times + 1) for demo, story in cases]
    return [*told, *again][: max(least, len(told))]


def _again(story: Story, time: int) -> Story:
    return replace(story, key=f"{story.key} / {time + 1}", day=story.day + LATER * time)
