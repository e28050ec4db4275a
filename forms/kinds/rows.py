"""A group that repeats."""

from dataclasses import dataclass
from typing import ClassVar, Self

from forms.kit.field import NUMBER, Field, Row
from forms.kit.kind import Valued
from forms.kit.said import said
from forms.kit.source import Source
from forms.kit.view import Line, View
from forms.kit.written import CONTAINER, written
from forms.language.messages import N_
from forms.language.template import NO_TEXT, Template


@dataclass(frozen=True)
class RowView:
    """One row."""

    number: str
    heading: str
    error: str
    lines: list[Line]


@dataclass(frozen=True)
class RowsView(View):
    """Its rows, and an empty one for the page's script."""

    rows: tuple[RowView, ...] = ()
    blank: RowView | None = None
    can_add: bool = False
    can_remove: bool = False
    least: int = 0
    most: int = 0


@dataclass(frozen=True)
class Rows(Valued):
    """How many rows there may be; the components of a row stand in the component."""

    name = "rows"
    written = (
        written(
            "dynamiclist",
            CONTAINER | {"isRepeating", "defaultRepetitions", "allowAddRemove", "disableCollapse", "nonCollapsedItems"},
            ("minRows", "maxRows", "rowLabel"),
            "properties.rowLabel",
        ),
    )
    said: ClassVar[tuple[str, ...]] = (N_("Remove"), N_("Add"), N_("Row"))

    least: int = 0
    most: int = 50
    start: int = 1
    fixed: bool = False
    """No rows are added or removed: they are those of the variable."""
    row_label: Template = NO_TEXT

    @classmethod
    def read(cls, source: Source) -> Self:
        """The group as the file says it."""
        properties = source.within("properties")
        if source.data.get("isRepeating") is False:
            source.report(said("a dynamiclist that does not repeat is a group; use a group"))
        fixed = not source.flag("allowAddRemove", default=True)
        found = cls(
            least=properties.whole("minRows", 0, most=200),
            most=properties.whole("maxRows", 200 if fixed else 50, least=1, most=200),
            start=source.whole("defaultRepetitions", 1, most=50),
            fixed=fixed,
            row_label=properties.template("rowLabel"),
        )
        if found.least > found.most:
            source.report(said("minRows is above maxRows"))
        return found

    def view(self, field: Field) -> View:
        """Its rows with their buttons."""
        rows = tuple(self._row(field, each) for each in field.inside.rows(self.most))
        free = not (self.fixed or field.page_is_read)
        return field.made(
            RowsView,
            "rows",
            rows=rows,
            blank=self._row(field, field.inside.blank()) if free else None,
            can_add=free and len(rows) < self.most,
            can_remove=free and len(rows) > self.least,
            least=self.least,
            most=self.most,
            required=self.least > 0,
        )

    def _row(self, field: Field, row: Row) -> RowView:
        label = field.reader.say(self.row_label, row.sight) or field.reader.translate("Row")
        number = str(int(row.number) + 1) if row.number.isdigit() else NUMBER
        return RowView(row.number, f"{label} {number}", row.error, row.lines())
