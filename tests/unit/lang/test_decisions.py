"""What tables decide."""

import pytest
from tables import decide, file_of, literal, read, table

from engine.tables.decisions import Decided, DecisionError, parse_dmn
from engine.values import Severity

ROWS = [("< 5", '"lo"'), (">= 3", '"hi"'), ("-", '"any"')]
NUMBERS = [("< 5", "1"), (">= 3", "20"), ("-", "300")]
RANKED = '"hi","any","lo"'


@pytest.mark.parametrize(
    ("policy", "result", "rows"),
    [
        ("FIRST", {"y": "lo"}, (1,)),
        ("PRIORITY", {"y": "hi"}, (2,)),
        ("COLLECT", [{"y": "lo"}, {"y": "hi"}, {"y": "any"}], (1, 2, 3)),
        ("RULE ORDER", [{"y": "lo"}, {"y": "hi"}, {"y": "any"}], (1, 2, 3)),
        ("OUTPUT ORDER", [{"y": "hi"}, {"y": "any"}, {"y": "lo"}], (2, 3, 1)),
    ],
)
def test_hit_policy(policy, result, rows):
    assert decide(ROWS, {"x": 4}, policy=policy, values=RANKED) == Decided(result, rows)


def test_unique():
    assert decide([("< 5", '"lo"'), (">= 5", '"hi"')], {"x": 4}) == Decided({"y": "lo"}, (1,))
    decision, findings = read(ROWS)
    assert {finding.code for finding in findings} == {"overlap"}
    with pytest.raises(DecisionError, match="rows 1, 2, 3 match, and only one may") as caught:
        decision.decide({"x": 4})
    assert caught.value.rows == (1, 2, 3)


def test_any():
    agreed = [("< 5", '"a"'), ("> 3", '"a"')]
    assert decide(agreed, {"x": 4}, policy="ANY") == Decided({"y": "a"}, (1, 2))
    with pytest.raises(DecisionError, match="rows 1, 2 match and disagree"):
        decide([("< 5", '"a"'), ("> 3", '"b"')], {"x": 4}, policy="ANY")


@pytest.mark.parametrize(("how", "result"), [("SUM", 321), ("MIN", 1), ("MAX", 300), ("COUNT", 3)])
def test_collect_aggregates(how, result):
    assert decide(NUMBERS, {"x": 4}, policy="COLLECT", aggregation=how) == Decided(result, (1, 2, 3))


def test_collect_of_amounts():
    rows = [("-", '"100.50"'), ("-", '"99.50"')]
    assert decide(rows, {"x": 1}, policy="COLLECT", aggregation="SUM").result == "200.00"
    assert decide(rows, {"x": 1}, policy="COLLECT", aggregation="MAX").result == "100.50"
    with pytest.raises(DecisionError, match="SUM"):
        decide([("-", '"many"')], {"x": 1}, policy="COLLECT", aggregation="SUM")


@pytest.mark.parametrize(("how", "result"), [(None, []), ("COUNT", 0), ("SUM", None), ("MIN", None), ("MAX", None)])
def test_collect_of_nothing(how, result):
    assert decide([("1", "1")], {"x": 9}, policy="COLLECT", aggregation=how) == Decided(result, ())


@pytest.mark.parametrize("policy", ["UNIQUE", "FIRST", "ANY", "PRIORITY"])
def test_no_row_matches(policy):
    with pytest.raises(DecisionError, match="no row matches"):
        decide([("1", '"a"')], {"x": 9}, policy=policy, values='"a"')
    assert decide([("1", '"a"')], {"x": 9}, policy=policy, values='"a","z"', default='"z"') == Decided({"y": "z"}, ())


def test_several_inputs_and_outputs_in_the_order_of_the_file():
    inputs = (("amount", "number"), ("kind", "string"))
    rows = [("<= 5000", '"money"', '"dept_head"', "5000"), ("-", "-", '"gm"', "")]
    named = {"policy": "FIRST", "inputs": inputs, "outputs": ("role", "limit")}
    assert decide(rows, {"amount": "3600.00", "kind": "money"}, **named).result == {"role": "dept_head", "limit": 5000}
    assert decide(rows, {"amount": "9000.00", "kind": "money"}, **named).result == {"role": "gm", "limit": None}


def test_outputs_are_expressions():
    rows = [("-", "add_days(since, days)")]
    assert decide(rows, {"x": 1, "since": "2026-01-31", "days": 7}).result == {"y": "2026-02-07"}
    decision, _ = read([("-", "later(x)")])
    assert decision.functions == {"later"}
    assert decision.names == {"x"}
    assert decision.decide({"x": 1}, {"later": lambda x: x + 1}).result == {"y": 2}


def test_names_may_come_from_a_function():
    decision, _ = read([("> lim", '"a"'), ("-", '"b"')], policy="FIRST")
    assert decision.decide({"x": 8, "lim": 7}.__getitem__).result == {"y": "a"}


def test_failures_name_table_row_and_column():
    decision, _ = read([("5", '"a"'), ("< 5", "x + y")], policy="FIRST")
    with pytest.raises(DecisionError, match="Table Table k: column x asks for x, which is not known"):
        decision.decide({})
    with pytest.raises(DecisionError, match="row 2, column x:") as caught:
        decision.decide({"x": "many"})
    assert caught.value.rows == (2,)
    with pytest.raises(DecisionError, match="row 2, output y:"):
        decision.decide({"x": 1, "y": None})


def test_required_decisions_are_made_first():
    content = file_of(
        table([('"S1"', '"gm"'), ("-", '"head"')], policy="FIRST", inputs=(("severity", "string"),), needs=["#sev"]),
        table(
            [(">= 50000", '"S1"', "1"), ("-", '"S3"', "3")],
            policy="FIRST",
            inputs=(("total", "number"),),
            outputs=("severity", "rank"),
            key="sev",
            needs=["#sum"],
        ),
        literal("sum", "sum(amounts) * factor", variable="total"),
    )
    decisions, findings = parse_dmn(content, "t.dmn")
    assert findings == []
    assert list(decisions) == ["k", "sev", "sum"]
    assert decisions["k"].names == {"amounts", "factor"}
    assert decisions["k"].functions == {"sum"}
    assert decisions["k"].decide({"amounts": ["30000.00", "25000.00"], "factor": 1}).result == {"y": "gm"}
    assert decisions["k"].decide({"amounts": [1], "factor": 1}) == Decided({"y": "head"}, (2,))
    assert decisions["sum"].decide({"amounts": [1, 2], "factor": 2}) == Decided(6, ())


def test_the_result_of_a_required_table_is_known_by_its_variable_too():
    content = file_of(
        literal("k", "sev + '/' + level", needs=["#sev"]),
        table([("-", '"S1"')], key="sev", outputs=("level",)),
    )
    assert parse_dmn(content, "t.dmn")[0]["k"].decide({"x": 1}).result == "S1/S1"


@pytest.mark.parametrize(
    ("decisions", "message"),
    [
        ((literal("a", "1", needs=["#b"]), literal("b", "1", needs=["#a"])), "need each other in a circle"),
        ((literal("a", "1", needs=["#a"]),), "need each other in a circle"),
        ((literal("a", "1", needs=["#zzz"]),), "the required decision #zzz is not in this file"),
        ((literal("a", "1", needs=["other.dmn#b"]),), "is not in this file"),
        ((literal("a", "1", needs=["#b"]), literal("b", "1 +")), "the required decision b cannot be used"),
    ],
)
def test_requirements_that_cannot_be_met(decisions, message):
    found, findings = parse_dmn(file_of(*decisions), "t.dmn")
    assert "a" not in found
    assert any(message in finding.message and finding.severity is Severity.ERROR for finding in findings)


def test_a_large_table_is_quick():
    decision, _ = read([(str(number), f'"{number}"') for number in range(400)], policy="FIRST")
    assert decision.decide({"x": 399}).rows == (400,)


def test_what_is_read():
    decision, _ = read([("1", '"a"')], values='"a"', allowed="1,2")
    assert (decision.key, decision.name, decision.file, decision.hit_policy) == ("k", "Table k", "t.dmn", "UNIQUE")
    assert decision.inputs[0].allowed == (1, 2)
    assert decision.outputs[0].values == ("a",)
    assert (decision.rules[0].id, decision.rules[0].number, decision.rules[0].annotation) == ("r1", 1, "row 1")


def model(name, parameters, text, *, more="", key="m"):
    drawn = "".join(f"<formalParameter name='{each}'/>" for each in parameters)
    logic = f"<encapsulatedLogic>{drawn}<literalExpression><text>{text}</text></literalExpression></encapsulatedLogic>"
    return f"<businessKnowledgeModel id='{key}' name='{name}'>{more}{logic}</businessKnowledgeModel>"


CALLS = "<knowledgeRequirement><requiredKnowledge href='#m'/></knowledgeRequirement>"


def calling(text):
    return f"<decision id='k' name='K'>{CALLS}<literalExpression><text>{text}</text></literalExpression></decision>"


def test_a_business_knowledge_model_is_a_function():
    content = file_of(calling("Monthly rate(loan.sum, 6) + fee"), model("Monthly rate", "pr", "p * r / 100 / 12"))
    found, findings = parse_dmn(content, "t.dmn", functions=())
    assert findings == []
    assert found["k"].decide({"loan": {"sum": 1200}, "fee": 1}).result == 7
    assert (found["k"].names, found["k"].functions) == ({"loan", "fee"}, set())
    found, _ = parse_dmn(file_of(calling("f(1)"), model("f", "pr", "p")), "t.dmn")
    with pytest.raises(DecisionError, match="f takes 2 values"):
        found["k"].decide({})


@pytest.mark.parametrize(
    ("drawn", "said"),
    [
        (model("f", "p", "p + q"), "asks for q, which is no parameter"),
        (model("f", "p", "p", more=CALLS), "not supported"),
        ("", "cannot be used"),
    ],
)
def test_a_business_knowledge_model_that_cannot_be_called_refuses_what_calls_it(drawn, said):
    found, findings = parse_dmn(file_of(calling("f(1)"), drawn), "t.dmn")
    assert found == {}
    assert any(said in finding.message for finding in findings)


def test_names_of_several_words_are_those_that_the_file_declares():
    more = "<inputData id='i' name='Monthly Salary'/><inputData id='j' name='Pre-tax bonus'/>"
    content = file_of(literal("k", "12 * Monthly Salary + Pre-tax bonus"), more=more)
    found, findings = parse_dmn(content, "t.dmn")
    assert findings == []
    assert found["k"].decide({"Monthly Salary": 10, "Pre-tax bonus": 5}).result == 125
    assert found["k"].names == {"Monthly Salary", "Pre-tax bonus"}
    _, findings = parse_dmn(file_of(literal("k", "12 * Yearly Salary"), more=more), "t.dmn")
    assert "not expected here" in findings[0].message
    named = table([("> 5", '"high"')], inputs=[("Monthly Salary", "number")])
    found, _ = parse_dmn(file_of(named, more=more), "t.dmn")
    assert found["k"].decide({"Monthly Salary": 6}).result == {"y": "high"}


def test_the_rows_of_a_required_table_with_one_output_are_a_list_of_its_values():
    rows = table([("-", "1"), ("-", "2")], policy="COLLECT", key="r")
    found, _ = parse_dmn(file_of(rows, literal("k", "sum(r)", needs=("#r",))), "t.dmn")
    assert found["k"].decide({"x": 0}).result == 3


@pytest.mark.parametrize("version", ["20211108", "20230324"])
def test_the_later_versions_of_the_standard_are_read(version):
    content = file_of(literal("k", "1"), namespace=f"https://www.omg.org/spec/DMN/{version}/MODEL/")
    assert parse_dmn(content, "t.dmn")[1] == []
