"""Files that the caller keeps; an answer names them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from forms.kit.comparison import Comparison
from forms.kit.field import Field
from forms.kit.kind import Input, Refused
from forms.kit.reader import Reader
from forms.kit.said import said
from forms.kit.source import Source
from forms.kit.view import View
from forms.kit.written import input_written
from forms.language.characters import has_controls
from forms.language.expressions import Json, Sight
from forms.language.messages import N_, Message, sentence

NO_FILES = sentence("required_files", N_("Add a file."))
BAD_FILE = sentence("file", N_("This file was not received as it should be. Add it again."))
UNKNOWN = sentence("unknown_file", N_("“{name}” is no longer there. Add it again."))
WRONG_KIND = sentence("file_kind", N_("“{name}” is of a kind that is not taken here. Allowed: {allowed}."))
TOO_LARGE = sentence("file_size", N_("“{name}” is larger than {limit}."))
EMPTY = sentence("file_empty", N_("“{name}” is empty."))
MANY = sentence("many_files", N_("Add at most {limit} files."))
LIMIT = sentence("file_limit", N_("At most {size} each."))
LIMITS = sentence("file_limits", N_("{kinds}; at most {size} each."))
UNITS = (("GB", 1024**3), ("MB", 1024**2), ("KB", 1024))


@dataclass(frozen=True)
class FilesView(View):
    """The files that are kept, and an input for more."""

    files: tuple[dict[str, str], ...] = ()
    multiple: bool = False
    accept: str = ""
    limits: str = ""


@dataclass(frozen=True)
class Files(Input):
    """Files of some kinds; the size of each in bytes."""

    name = "files"
    written = (input_written("filepicker", {"accept", "multiple"}, ("maxSize", "maxFiles")),)
    said = (N_("Remove"),)
    missed = staticmethod(NO_FILES)
    is_list = True
    uploads = True

    accept: tuple[str, ...] = ()
    multiple: bool = False
    max_size: int = 20 * 1024**2
    max_files: int = 1

    @classmethod
    def read(cls, source: Source) -> Self:
        """The field as the file says it."""
        properties = source.within("properties")
        accept = tuple(each.strip().lower() for each in source.text("accept").split(",") if each.strip())
        for each in accept:
            if not re.fullmatch(r"\.[a-z0-9]{1,10}|[a-z]+/(\*|[a-z0-9.+-]+)", each):
                source.report(
                    said(
                        "accept: {each} must be an ending like .pdf or a media type like image/*", each=repr(each[:40])
                    )
                )
        multiple = source.flag("multiple")
        most = properties.whole("maxFiles", 10, least=1, most=100) if multiple else 1
        return cls(accept, multiple, properties.size("maxSize", 20 * 1024**2), most)

    def convert(self, raw: Json, zone: ZoneInfo) -> list[Json]:  # noqa: ARG002 they have no time
        """What is said about each file."""
        items = [] if raw is None or raw == "" else [raw] if isinstance(raw, Mapping) else raw
        if not isinstance(items, list | tuple) or len(items) > 500:
            raise Refused(BAD_FILE())
        return [_described(each) for each in items]

    def known(self, value: Json, files: Mapping[str, Mapping[str, Json]]) -> tuple[Json, Message | None]:
        """The files as they were received, whatever a client says about them."""
        for each in value:
            if str(each["id"]) not in files:
                return value, UNKNOWN(name=each["name"])
        return [dict(files[str(each["id"])]) for each in value], None

    def check(self, value: Json, sight: Sight) -> Message | None:  # noqa: ARG002 its limits are plain
        """Whether they are few, small and of the right kind."""
        if len(value) > self.max_files:
            return MANY(limit=self.max_files)
        for file in value:
            if file["size"] == 0:
                return EMPTY(name=file["name"])
            if file["size"] > self.max_size:
                return TOO_LARGE(name=file["name"], limit=size_text(self.max_size))
            if not takes_file(self.accept, file["name"], file["type"]):
                return WRONG_KIND(name=file["name"], allowed=", ".join(self.accept))
        return None

    def shown(self, value: Json, sight: Sight, reader: Reader) -> str:  # noqa: ARG002 nothing around it counts
        """Their names and sizes."""
        return reader.joined([file_text(each) for each in _mappings(value)])

    def compared(
        self,
        before: Json,
        after: Json,
        sights: tuple[Sight, Sight],  # noqa: ARG002 nothing around it counts
        reading: Comparison,
    ) -> Markup:
        """A list of links; what came and what went is marked by its content."""
        new, old = _mappings(after), _mappings(before) if reading.compare else []
        known, kept = ({each.get("sha256") for each in files} for files in (old, new))
        found = []
        for each in new:
            link = _link(each, reading.reader)
            is_new = reading.compare and each.get("sha256") not in known
            found.append(Markup("<ins>{}</ins>").format(link) if is_new else link)
        found += [Markup("<del>{}</del>").format(file_text(each)) for each in old if each.get("sha256") not in kept]
        items = Markup().join(Markup("<li>{}</li>").format(each) for each in found)
        return Markup('<ul class="files">{}</ul>').format(items)

    def view(self, field: Field) -> View:
        """What is kept, what may be added."""
        address = field.reader.file_url
        files = tuple(
            {
                "id": str(each["id"]),
                "name": each["name"],
                "size": size_text(each["size"]),
                "url": address(each) if address is not None else "",
            }
            for each in field.value or ()
        )
        kinds, size = ", ".join(self.accept), size_text(self.max_size)
        limits = (
            "" if field.view.help else field.reader.tell(LIMITS(size=size, kinds=kinds) if kinds else LIMIT(size=size))
        )
        accept = ",".join(self.accept)
        return field.made(FilesView, "files", files=files, multiple=self.multiple, accept=accept, limits=limits)


def _described(raw: Json) -> dict[str, Json]:
    if not isinstance(raw, Mapping):
        raise Refused(BAD_FILE())
    found = {key: raw.get(key) for key in ("id", "name", "size", "type", "sha256")}
    size = found["size"]
    words = [found[key] for key in ("name", "type", "sha256")]
    if isinstance(size, bool) or not isinstance(size, int) or not 0 <= size < 2**53:
        raise Refused(BAD_FILE())
    if not all(isinstance(each, str) and 0 < len(each) <= 300 and not has_controls(each) for each in words):
        raise Refused(BAD_FILE())
    key = found["id"]
    is_number = isinstance(key, int) and not isinstance(key, bool) and 0 <= key < 2**63
    if not is_number and not (isinstance(key, str) and 0 < len(key) <= 100 and not has_controls(key)):
        raise Refused(BAD_FILE())
    return found


def takes_file(accept: Sequence[str], name: str, kind: str) -> bool:
    """Whether a file of that name and media type is among the accepted: `.pdf`, `image/*`, `application/pdf`."""
    name, kind = name.lower(), kind.lower()
    return not accept or any(_takes(each, name, kind) for each in accept)


def _takes(accepted: str, name: str, kind: str) -> bool:
    if accepted.startswith("."):
        return name.endswith(accepted)
    return kind == accepted or (accepted.endswith("/*") and kind.startswith(accepted[:-1]))


def size_text(size: int) -> str:
    """A number of bytes for people: `20 MB`, `1.6 KB`."""
    for unit, factor in UNITS:
        if size >= factor:
            return f"{f'{size / factor:.1f}'.removesuffix('.0')} {unit}"
    return f"{size} B"


def file_text(file: Mapping[str, Json]) -> str:
    """A kept file in words: its name and size."""
    size = file.get("size")
    return f"{file.get('name', '')} ({size_text(size)})" if isinstance(size, int) else str(file.get("name", ""))


def _link(file: Mapping[str, Json], reader: Reader) -> Markup:
    if reader.file_url is None:
        return escape(file_text(file))
    return Markup('<a href="{}">{}</a>').format(reader.file_url(file), file_text(file))


def _mappings(value: Json) -> list[Mapping[str, Json]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
