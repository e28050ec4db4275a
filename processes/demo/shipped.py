"""The demos that folders of procedures have: found by the name of their package."""

from importlib import import_module
from typing import Any

from processes import folders
from processes.demo.errors import NoDemo, StoryTwice
from processes.demo.model import Demo, Story


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


def stories() -> list[tuple[Demo[Any], Story]]:
    """The stories of all, each with the demo that tells it; StoryTwice when two have the same key."""
    told = [(demo, story) for demo in demos() for story in demo.stories()]
    seen: set[str] = set()
    for demo, story in told:
        if story.key in seen:
            raise StoryTwice(key=story.key, process=demo.process)
        seen.add(story.key)
    return told
