"""Writes decision tables for tests."""

from xml.sax.saxutils import escape, quoteattr

from engine.tables.decisions import parse_dmn

MODELER = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def table(
    rows,
    *,
    policy="UNIQUE",
    inputs=(("x", "number"),),
    outputs=("y",),
    aggregation=None,
    values=None,
    default=None,
    allowed=None,
    key="k",
    needs=(),
):
    """A decision with rows of cells as people write them."""
    columns = "".join(
        f"<input id='in{at}' label={quoteattr(text)}><inputExpression id='ie{at}' typeRef='{kind}'><text>{escape(text)}</text>"
        f"</inputExpression>{_part('inputValues', allowed)}</input>"
        for at, (text, kind) in enumerate(inputs)
    )
    results = "".join(
        f"<output id='out{at}' name='{name}' typeRef='string'>{_part('outputValues', values)}"
        f"{_part('defaultOutputEntry', default)}</output>"
        for at, name in enumerate(outputs)
    )
    lines = "".join(
        f"<rule id='r{number}'><description>row {number}</description>"
        + "".join(
            f"<{'inputEntry' if at < len(inputs) else 'outputEntry'}><text>{escape(cell)}</text>"
            f"</{'inputEntry' if at < len(inputs) else 'outputEntry'}>"
            for at, cell in enumerate(row)
        )
        + "</rule>"
        for number, row in enumerate(rows, 1)
    )
    requirements = "".join(
        f"<informationRequirement id='q{name}'><requiredDecision href='{name}'/></informationRequirement>"
        for name in needs
    )
    aggregate = f"aggregation='{aggregation}'" if aggregation else ""
    return (
        f"<decision id='{key}' name='Table {key}'>{requirements}<decisionTable id='t{key}' hitPolicy='{policy}' {aggregate}>"
        f"{columns}{results}{lines}</decisionTable></decision>"
    )


def _part(tag, text):
    return f"<{tag}><text>{escape(text)}</text></{tag}>" if text else ""


def literal(key, text, *, needs=(), variable=None):
    """A decision that is one expression."""
    requirements = "".join(
        f"<informationRequirement id='q{name}'><requiredDecision href='{name}'/></informationRequirement>"
        for name in needs
    )
    name = f"<variable id='v{key}' name='{variable}'/>" if variable else ""
    return f"<decision id='{key}'>{name}{requirements}<literalExpression><text>{escape(text)}</text></literalExpression></decision>"


def file_of(*decisions, namespace=MODELER, more=""):
    """A DMN file."""
    return (
        f"<?xml version='1.0' encoding='UTF-8'?><definitions xmlns='{namespace}' id='d' name='d' namespace='n'>"
        f"{''.join(decisions)}{more}</definitions>"
    ).encode()


def read(*args, functions=None, **named):
    """The decision `k` of a file with one table, and the findings."""
    decisions, findings = parse_dmn(file_of(table(*args, **named)), "t.dmn", functions=functions)
    return decisions.get("k"), findings


def decide(rows, names, **named):
    """What a table without errors gives."""
    decision, findings = read(rows, **named)
    assert decision is not None, findings
    return decision.decide(names)
