"""Units and roles as a file: a CSV that spreadsheets open, imported and exported."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import select

from engine import SYSTEM, Actor, Session, is_blank, now
from processes import folders
from processes.errors import UnitFileRefused
from processes.folders import Folder
from processes.people import organisation
from processes.people.schema import DbUnit, DbUnitAct
from processes.spreadsheet import LineFinding, Unreadable, harmless, lines

COLUMNS = ("key", "kind", "name_zh", "name_en")
WORDS = {"代码": "key", "类别": "kind", "中文名": "name_zh", "英文名": "name_en"}
"""What the columns may be called as well."""
KINDS = {"unit": "unit", "role": "role", "部门": "unit", "角色": "role"}
LONGEST_KEY, LONGEST_NAME = 60, 100


@dataclass(frozen=True)
class Unit:
    """A unit or role of a file."""

    key: str
    kind: str
    name_zh: str
    name_en: str


@dataclass(frozen=True)
class Imported:
    """What an import has changed."""

    added: int
    renamed: int


def import_csv(session: Session, content: bytes, *, by: Actor) -> Imported:
    """Make the units and roles of a file; those that are there by their key are renamed, others stay as they are.

    Raises UnitFileRefused with all findings and nothing changed on any error.
    """
    return create(session, read_csv(content), by=by)


def create(session: Session, found: Iterable[Unit], *, by: Actor) -> Imported:
    """Make the units and roles, or rename those that are there; what is different is written down with who did it."""
    known = {
        each.key: Unit(each.key, each.kind, each.name_zh, each.name_en) for each in session.scalars(select(DbUnit))
    }
    different = [each for each in found if known.get(each.key) != each]
    for each in different:
        organisation.create_unit(session, each.key, name_zh=each.name_zh, name_en=each.name_en, kind=each.kind)
        before = asdict(known[each.key]) if each.key in known else {}
        session.add(DbUnitAct(unit=each.key, at=now(session), actor=by.id, before=before, after=asdict(each)))
    session.flush()
    added = sum(each.key not in known for each in different)
    return Imported(added, len(different) - added)


def latest_acts(session: Session, most: int, *, by_system: bool = False) -> Sequence[DbUnitAct]:
    """So many of the units and roles that people, or the system, made or renamed, the latest first."""
    whose = DbUnitAct.actor == SYSTEM.id if by_system else DbUnitAct.actor != SYSTEM.id
    return session.scalars(select(DbUnitAct).where(whose).order_by(DbUnitAct.id.desc()).limit(most)).all()


def of_folders(found: Sequence[Folder]) -> list[Unit]:
    """The units and roles that folders of procedures list in their `units.csv`; the first that lists one names it.

    Raises UnitFileRefused as `import_csv`.
    """
    listed: dict[str, Unit] = {}
    for path in (each.path / folders.UNITS for each in found):
        for unit in read_csv(path.read_bytes()) if path.is_file() else ():
            listed.setdefault(unit.key, unit)
    return list(listed.values())


def export_csv(session: Session) -> str:
    """All units and roles, as `import_csv` takes them."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    query = select(DbUnit).order_by(DbUnit.kind.desc(), DbUnit.key)
    for each in session.scalars(query):
        writer.writerow([harmless(cell) for cell in (each.key, each.kind, each.name_zh, each.name_en)])
    return file.getvalue()


def read_csv(content: bytes) -> Sequence[Unit]:
    """The units and roles of a file: key, kind and a name in Chinese, in English or in both.

    Raises UnitFileRefused with a finding for each wrong line.
    """
    findings: list[LineFinding] = []
    found: dict[str, Unit] = {}
    try:
        for line, cells in lines(content, needed=("key", "kind"), also=COLUMNS, words=WORDS):
            try:
                unit = unit_of(cells)
            except ValueError as error:
                findings.append(LineFinding(line, str(error)))
                continue
            if unit.key in found:
                findings.append(LineFinding(line, f"{unit.key} stands in the file already"))
            found[unit.key] = unit
    except Unreadable as error:
        findings.append(error.finding)
    if not found and not findings:
        findings.append(LineFinding(1, "the file has no units"))
    if findings:
        raise UnitFileRefused(findings="; ".join(map(str, findings)), lines=tuple(findings))
    return list(found.values())


def unit_of(cells: Mapping[str, str]) -> Unit:
    """A unit or role by the cells of its line; ValueError says what is wrong."""
    key, kind = cells.get("key", ""), KINDS.get(cells.get("kind", "").lower())
    zh, en = cells.get("name_zh", ""), cells.get("name_en", "")
    if not key or len(key) > LONGEST_KEY or not key.isprintable() or any(sign in ", \u3000，${}" for sign in key):
        raise ValueError(f"{key!r} is no key: up to {LONGEST_KEY} signs without blanks and commas, as diagrams name it")
    if kind is None:
        raise ValueError(f"kind of {key} is {cells.get('kind', '')!r}: write unit or role")
    if is_blank(zh or en) or is_blank(en or zh) or max(len(zh), len(en)) > LONGEST_NAME:
        raise ValueError(f"{key} needs a name of up to {LONGEST_NAME} signs, name_zh or name_en")
    return Unit(key, kind, zh or en, en or zh)
