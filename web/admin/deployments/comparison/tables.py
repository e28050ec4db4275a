"""What a file of decision tables says: how each decides, its columns, and its rows with a fact a cell."""

from typing import Any

from lxml import etree

from web.admin.deployments.comparison.place import Facts, Place

ANY = frozenset({"", "-"})
"""A cell that takes everything."""


def read(content: bytes) -> dict[str, Place]:
    """The tables of a file by their keys, and their rows."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    places: dict[str, Place] = {}
    for decision in etree.fromstring(content, parser).iter("{*}decision"):
        key, name = str(decision.get("id")), decision.get("name") or decision.get("id") or ""
        inputs, outputs = _columns(decision, "input"), _columns(decision, "output")
        columns = inputs | outputs
        places[key] = Place(
            "table", name, facts=_facts(decision), aspects={f"column {id_}": columns[id_] for id_ in columns}
        )
        for number, row in enumerate(decision.iter("{*}rule"), 1):
            asked = _cells(row, "inputEntry")
            cells = dict(zip(columns, [*asked, *_cells(row, "outputEntry")], strict=False))
            facts = {f"cell {id_}": text for id_, text in cells.items()}
            facts["description"] = _text(row.find("{*}description"))
            places[row.get("id") or f"{key} {number}"] = Place(
                "row",
                name,
                str(number),
                facts=facts,
                aspects={f"cell {id_}": columns[id_] for id_ in columns},
                whole=_line(columns, cells),
                told=_line(inputs, cells),
                ordered=True,
            )
    return places


def _facts(decision: Any) -> Facts:
    facts = {"name": decision.get("name") or ""}
    for table in decision.iter("{*}decisionTable"):
        facts["hitPolicy"] = " ".join([table.get("hitPolicy") or "UNIQUE", *filter(None, [table.get("aggregation")])])
    for node in decision.iter("{*}input", "{*}output"):
        asking = node.find("{*}inputExpression")
        asked = _text(node.find("{*}inputExpression/{*}text")) or node.get("name") or ""
        kind = node.get("typeRef") or (asking.get("typeRef") if asking is not None else "")
        facts[f"column {node.get('id')}"] = " ".join(filter(None, [asked, f"({kind})" if kind else ""]))
    for text in decision.iterfind("{*}literalExpression/{*}text"):
        facts["literalExpression"] = _text(text)
    return facts


def _columns(decision: Any, tag: str) -> dict[str, str]:
    """The headings of columns, by their ids."""
    return {
        str(node.get("id")): str(
            node.get("label") or node.get("name") or node.findtext("{*}inputExpression/{*}text") or node.get("id")
        )
        for node in decision.iter(f"{{*}}{tag}")
    }


def _cells(row: Any, tag: str) -> list[str]:
    return [_text(cell) for cell in row.iter(f"{{*}}{tag}")]


def _line(columns: Facts, cells: Facts) -> str:
    """The cells of a row that say something, with their columns."""
    return " · ".join(f"{name}: {cells[id_]}" for id_, name in columns.items() if cells.get(id_, "") not in ANY)


def _text(node: Any) -> str:
    return "" if node is None else " ".join("".join(node.itertext()).split())
