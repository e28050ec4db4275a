"""Browsers in words, from what they say about themselves."""

import re

from web.shell.language import gettext as _

BROWSERS = (
    ("WeChat", r"MicroMessenger/"),
    ("Edge", r"Edg(A|iOS)?/"),
    ("Opera", r"OPR/"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"(Firefox|FxiOS)/"),
    ("Chrome", r"(Chrome|CriOS|Chromium)/"),
    ("Safari", r"Version/.* Safari/"),
)
"""The first one that fits: most of them claim to be others, too."""

SYSTEMS = (
    ("iPad", r"iPad"),
    ("iPhone", r"iPhone"),
    ("Android", r"Android"),
    ("HarmonyOS", r"HarmonyOS|OpenHarmony"),
    ("Windows", r"Windows"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("Linux", r"Linux|X11"),
)


def in_words(agent: str) -> str:
    """`Firefox on Windows`; what is not known is not guessed."""
    browser = next((name for name, sign in BROWSERS if re.search(sign, agent)), "") or _("Unknown browser")
    system = next((name for name, sign in SYSTEMS if re.search(sign, agent)), "")
    return _("%(browser)s on %(system)s", browser=browser, system=system) if system else browser
