"""Files of translations, before they are taken: what is none is read as something else without a word."""

import re

_LINE = re.compile(r'#.*|(?:(?P<word>msgid|msgid_plural|msgstr|msgctxt)(?P<form>\[\d\])?\s*)?"(?:[^"\\]|\\.)*"|')
_AFTER = {
    "msgctxt": {"msgid"},
    "msgid": {"msgid_plural", "msgstr"},
    "msgid_plural": {"msgstr[]"},
    "msgstr": {"msgid", "msgctxt", "msgstr[]"},
}
"""What may come next in a file of translations."""


def unread(content: bytes) -> str:
    """Why a file is no file of translations, with the line; empty where it is one. Babel reads most of what is none."""
    try:
        lines = content.decode().splitlines()
    except UnicodeDecodeError:
        return "it is not UTF-8: save it as such"
    before = "msgstr"
    for number, line in enumerate(map(str.strip, lines), 1):
        said = _LINE.fullmatch(line)
        if said is None or (said["word"] and f"{said['word']}{'[]' if said['form'] else ''}" not in _AFTER[before]):
            return f"line {number} cannot be read: each msgid has one msgstr below it, both in quotation marks"
        before = said["word"] or before
    return ""
