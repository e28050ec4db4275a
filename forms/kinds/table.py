"""Rows of the case, to read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from forms.kit.choosing import label_of
from forms.kit.currency import currency_of
from forms.kit.field import Field
from forms.kit.kind import Kind
from forms.kit.options import Options
from forms.kit.said import said
from forms.kit.source import Source
from forms.kit.view import View
from forms.kit.written import written
from forms.language.characters import plain_text
from forms.language.expressions import Broken, Expr, Json
from forms.language.messages import N_
from forms.language.paths import MISSING, find
from forms.language.template import Template

MOST = 200
NONE = Options()


@dataclass(frozen=True)
class Column:
    """A column: its heading, the key of its values, and how they are shown."""

    label: Template
    key: str
    options: Mapping[str, Template] = field(default_factory=dict)
    """The words for values that are those of options, as in the form where they were chosen."""
    found: Options = NONE
    """The same from a variable, as `units()`."""
    currency: str = ""
    """Of amounts; empty when the values are none."""

    def cell(self, row: Mapping[str, Json], shown: Field) -> str:
        """The value of a row in words."""
        found = find(row, tuple(self.key.split(".")))
        if found is MISSING or found is None:
            return ""
        if self.currency:
            return shown.reader.money(found, self.currency)
        several = isinstance(found, list) and (self.options or self.found.source is not None)
        values = found if several else [found]
        return shown.reader.joined([self.words(each, shown) for each in values])

    def words(self, value: Json, shown: Field) -> str:
        """One value, by the label of its option if it is one."""
        word = self.options.get(plain_text(value))
        if word:
            return shown.say(word)
        named = self.found.find(lambda each: each == value, shown.sight)
        return label_of(named, shown.sight, shown.reader) if named else shown.reader.plain(value)


@dataclass(frozen=True)
class TableView(View):
    """Headings and cells."""

    columns: tuple[str, ...] = ()
    cells: tuple[tuple[str, ...], ...] = ()
    changed: frozenset[tuple[int, int]] = frozenset()
    """Side by side: the cells, by line and column, that say something else than the column before."""
    beside: bool = False
    """Whether the first cell of a line is its heading."""


@dataclass(frozen=True)
class Table(Kind):
    """A table of what an expression gives."""

    name = "table"
    written = (
        written(
            "table",
            {"label", "dataSource", "columns", "columnsExpression", "rowCount"},
            (r"option\..+", r"options\..+", r"money\..+", "currency", "sideBySide", "rowLabel"),
            "columns.label",
            "properties.option.",
            "properties.rowLabel",
        ),
    )
    said = (N_("Table"), N_("Nothing yet."), N_("changed"))

    source: Expr | None = None
    columns: tuple[Column, ...] = ()
    beside: Template | None = None
    """What a row is called where the rows stand side by side, to be compared."""

    @classmethod
    def read(cls, source: Source) -> Self:
        """The table as the file says it."""
        columns: Json = source.data.get("columns")
        if source.data.get("columnsExpression"):
            source.report(said("columnsExpression is not read; list the columns"))
        expr = source.expr("dataSource")
        if not isinstance(columns, list) or not columns or expr is None:
            source.report(said("a table needs a dataSource and columns, each with label and key"))
            return cls()
        properties = source.within("properties")
        found = [Source(source.reading, source.id, each) for each in columns if isinstance(each, Mapping)]
        made = tuple(_column(each, properties) for each in found)
        about = tuple(f"{what}.{each.key}." for each in made for what in ("option", "options", "money"))
        for name in properties.data:
            if name.startswith(("option.", "options.", "money.")) and not f"{name}.".startswith(about):
                source.report(said("{name} names no column; write option.COLUMN.VALUE, options.COLUMN", name=name[:60]))
        return cls(expr, made, properties.template("rowLabel") if properties.flag("sideBySide") else None)

    def view(self, field: Field) -> View:
        """The rows there are now; a column of which no row has anything is left out."""
        try:
            rows = field.sight.evaluate(self.source) if self.source is not None else None
        except Broken:
            rows = None
        found = [row for row in rows if isinstance(row, Mapping)][:MOST] if isinstance(rows, list | tuple) else []
        cells = [[column.cell(row, field) for column in self.columns] for row in found]
        told = [number for number in range(len(self.columns)) if not cells or any(row[number] for row in cells)]
        labels = tuple(field.say(self.columns[number].label) for number in told)
        lines = tuple(tuple(row[number] for number in told) for row in cells)
        if self.beside is None:
            return field.made(TableView, "table", columns=labels, cells=lines)
        return _side_by_side(field, field.say(self.beside) or field.reader.translate("Row"), labels, lines)


def _side_by_side(field: Field, name: str, labels: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> View:
    """The rows as columns, each compared with the one before; what is empty now is seen to be."""
    changed = {
        (line, number + 1)
        for number in range(1, len(rows))
        for line in range(len(labels))
        if rows[number][line] not in ("", rows[number - 1][line])
    }
    return field.made(
        TableView,
        "table",
        columns=("", *(f"{name} {number + 1}" for number in range(len(rows)))),
        cells=tuple((label, *(row[line] for row in rows)) for line, label in enumerate(labels)) if rows else (),
        changed=frozenset(changed),
        beside=True,
    )


def _column(source: Source, properties: Source) -> Column:
    key = ".".join(source.key("key"))
    own = f"option.{key}."
    options = {name.removeprefix(own): properties.template(name) for name in properties.data if name.startswith(own)}
    money = properties.flag(f"money.{key}")
    found = Options(source=properties.expr(f"options.{key}"))
    return Column(source.template("label"), key, options, found, currency_of(properties) if money else "")
