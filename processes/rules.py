"""The rules of the documents: clause, short quotation, meaning, why no step does one; shown beside what they govern."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import IO, Any

FILE = "rules.tsv"
COLUMNS = ("id", "clause", "kind", "quote", "meaning", "because")
"""The last may be left out."""

SOURCES: Mapping[str, str] = MappingProxyType(
    {
        "KB": "客户抱怨处理办法",
        "OP": "处理客户抱怨操作规程",
        "PT": "患者投诉处理",
        "PW": "客户抱怨类问题处理分析",
        "G4": "处理投诉四步法",
        "G7": "处理客户抱怨的七大黄金步骤",
        "Q7": "处理客户抱怨与投诉的七“一点”",
        "AS": "售后服务人员投诉处理技巧培训",
        "PO": "有效处理业主愤怒情绪十大步骤及十五个动作",
        "GC": "客户抱怨处理文集",
    }
)
"""The documents that rules come from, by the beginning of the rule's id."""


@dataclass(frozen=True)
class Rule:
    """One rule of a document."""

    id: str
    clause: str
    """As the document numbers it."""
    kind: str
    """SCOPE, DEF, ROLE, STEP, DEC, TIME, DOC, APP, AUTH, ESC, PROH, CLOSE, STAT, POL or COMM."""
    quote: str
    """A short quotation in Chinese, the language of the document."""
    meaning: str
    """What it means, in English."""
    because: str = ""
    """Why no step can do what it says, in English; empty where one has to. People read it beside the rule."""

    @property
    def source(self) -> str:
        """The name of the document; the beginning of the id for one that is not known here."""
        begins = self.id.partition("-")[0]
        return SOURCES.get(begins, begins)


def of_files(files: Mapping[str, bytes]) -> Mapping[str, Rule]:
    """The rules that a folder follows, by their ids; one that several folders follow stands in each of them."""
    return parse(files.get(FILE, b""))


@lru_cache(maxsize=64)
def parse(content: bytes) -> Mapping[str, Rule]:
    """The rules of a file by their ids, in its order; lines that are none are left out."""
    lines = content.decode("utf-8", "replace").splitlines()[1:]
    cells = (line.split("\t") for line in lines)
    rules = (Rule(*row) for row in cells if len(COLUMNS) - 1 <= len(row) <= len(COLUMNS))
    return MappingProxyType({rule.id: rule for rule in rules})


def extract(
    fileobj: IO[bytes],
    _keywords: Collection[str],
    _comment_tags: Collection[str],
    options: Mapping[str, Any],  # noqa: ARG001 - Babel names it
) -> Iterator[tuple[int, str | None, str, list[str]]]:
    """Why no step does what a rule says, to be translated; the rules themselves stand in the words of their source."""
    for line, rule in enumerate(parse(fileobj.read()).values(), 2):
        if rule.because:
            yield line, None, rule.because, [rule.id]


def rules_of(properties: Mapping[str, str], files: Mapping[str, bytes]) -> list[Rule]:
    """The rules that an element's property `rules` names, blanks between, as the files of its own version have them.

    Ids that are not there are left out: a deployment has warned of them.
    """
    known = of_files(files)
    return [known[rule_id] for rule_id in named(properties) if rule_id in known]


def named(properties: Mapping[str, str]) -> list[str]:
    """The ids of the rules that an element names."""
    return properties.get("rules", "").split()
