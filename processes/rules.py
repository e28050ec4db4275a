"""The rules that the procedures follow: clause, short quotation, meaning; shown beside the step they govern."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from engine.errors import NotFound

FILE = Path(__file__).with_name("rules.tsv")

SOURCES: Mapping[str, str] = MappingProxyType(
    {
        "KB": "客户抱怨处理办法",
        "OP": "处理客户抱怨操作规程",
        "PT": "患者投诉处理",
        "PW": "客户抱怨类问题处理分析",
        "G4": "处理投诉四步法",
        "G7": "处理客户抱怨的七大黄金步骤",
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

    @property
    def source(self) -> str:
        """The name of the document."""
        return SOURCES[self.id.partition("-")[0]]


@lru_cache(maxsize=1)
def all_rules() -> Mapping[str, Rule]:
    """All rules by their ids, in the order of the file."""
    _, *lines = FILE.read_text(encoding="utf-8").splitlines()
    rules = (Rule(*line.split("\t")) for line in lines)
    return MappingProxyType({rule.id: rule for rule in rules})


def get_rule(rule_id: str) -> Rule:
    """The rule with that id; NotFound."""
    try:
        return all_rules()[rule_id]
    except KeyError:
        raise NotFound(what="rule", key=rule_id) from None


def rules_of(properties: Mapping[str, str]) -> list[Rule]:
    """The rules that an element's property `rules` names, blanks between; ids that are not known are left out."""
    return list(_known(properties.get("rules", "").split()))


def _known(ids: Iterable[str]) -> Iterable[Rule]:
    known = all_rules()
    return (known[rule_id] for rule_id in ids if rule_id in known)
