import pytest

from processes import folders
from processes.procedures.reading import read, read_files

SHIPPED = folders.ROOT / "kb_sales_quality" / "procedure.toml"

GOOD = """\
key = "goods"
name = { en = "Goods", zh = "货物" }
prefix = "G"
[register]
process = "intake"
groups = ["sales"]
[[phases]]
key = "first"
name = { en = "First", zh = "一" }
[settings.rounds]
type = "integer"
default = 2
reason = { en = "Nobody says.", zh = "未规定。" }
[stages]
plan = "0.5d"
[start]
count = 0
rounds = "=setting('rounds')"
[summary]
lines = [ { label = { en = "Lot", zh = "批号" }, value = "=lot_no" } ]
[outcomes]
upheld = { name = { en = "upheld", zh = "成立" }, kind = "upheld" }
"""


def test_the_tables_of_the_file_become_the_fields_of_the_model():
    found = read("procedure.toml", GOOD.encode())
    assert found.findings == ()
    procedure = found.procedure
    assert procedure.registration.groups == {"sales"}
    assert procedure.options["rounds"].name == "rounds"
    assert procedure.outcomes["upheld"].key == "upheld"
    assert procedure.summary[0].label["zh"] == "批号"
    assert procedure.phase("first").name["en"] == "First"
    assert procedure.phase("second") is None
    assert not procedure.shared


def test_the_shipped_declaration_is_read():
    found = read("procedure.toml", SHIPPED.read_bytes())
    assert found.findings == ()
    assert found.procedure.key == SHIPPED.parent.name
    assert len(found.procedure.phases) == 9


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('prefix = "G"', 'prefx = "G"', 3, "there is no key prefx: did you mean prefix?"),
        ('prefix = "G"', "prefix = 7", 3, "prefix: 7 is no text"),
        (', zh = "货物"', "", 2, "name: the text must be there in en and zh"),
        ('zh = "一"', 'zh = ""', 9, "phases.name: the text must be there in en and zh"),
        ('zh = "一"', 'de = "Eins", zh = "一"', 9, "in these only"),
        ('process = "intake"', "", 4, "register: the key process is missing"),
        ('groups = ["sales"]', 'groups = "sales"', 6, "register.groups: 'sales' is no list"),
        ('type = "integer"', 'type = "intger"', 11, "settings.rounds.type: 'intger' is none of integer, text"),
        ("default = 2", 'default = "two"', 10, "settings.rounds: 'two' is no whole number"),
        ('plan = "0.5d"', 'plan = "soon"', 15, "stages.plan: 'soon' is no working time"),
        ("count = 0", "count = 2026-01-01", 17, "start.count: write the moment as a text"),
        ("=setting('rounds')", "=setting('rounds'", 18, "start.rounds"),
        ('value = "=lot_no"', 'value = "lot_no"', 20, "summary.lines.value: 'lot_no' is no expression"),
        ('value = "=lot_no"', 'value = "=lot no"', 20, "summary.lines.value"),
        ("[summary]\nlines = [", "[summary]\nline = [", 20, "there is no key line: did you mean lines?"),
        ('kind = "upheld"', 'kind = "won"', 22, "outcomes.upheld.kind: 'won' is none of upheld, partly"),
        ("[register]", "[register", 4, "no TOML"),
        ("[register]", f"deep = {'[' * 2000}", 1, "no TOML: it is nested too deep"),
        ("[register]", f"deep = {'9' * 5000}", 23, "no TOML: Exceeds the limit"),
        ("[register]", f"a{'.a' * 50_000} = 1", 1, "no TOML: it is nested too deep"),
        ("[register]", f"[a{'.a' * 50_000}]", 1, "no TOML: it is nested too deep"),
        ("[register]", "[terms]\nde = {}\n[register]", 4, "terms: write the words by language: en and zh"),
        (
            "[register]",
            "[terms]\nen = { customer = 1 }\n[register]",
            4,
            "are no words and what they are called instead",
        ),
        ("[register]", f"[readers]\nlook_minutes = {'9' * 4000}\n[register]", 5, "the number is too large"),
        ("[settings.rounds]", "[settings]\nrounds = 3\n[unknown]", 11, "settings.rounds: 3 is no table"),
    ],
)
def test_what_is_wrong_has_its_line(old, new, line, said):
    assert old in GOOD
    found = read("procedure.toml", GOOD.replace(old, new, 1).encode())
    assert said in " ".join(finding.message for finding in found.findings)
    assert line in [finding.line for finding in found.findings if said in finding.message]
    assert str(found.findings[0]).startswith(f"procedure.toml:{found.findings[0].line}: ")


def test_all_faults_are_told_at_once_in_the_order_of_their_lines():
    text = GOOD.replace('prefix = "G"', "prefix = 7").replace('kind = "upheld"', 'kind = "won"')
    assert [finding.line for finding in read("procedure.toml", text.encode()).findings] == [3, 22]


def test_a_text_that_is_no_utf8_is_refused():
    assert "UTF-8" in read("procedure.toml", "键 = 1".encode("gbk")).findings[0].message


def test_a_folder_without_a_declaration_has_none():
    assert read_files({"a.bpmn": b""}) is None


@pytest.mark.parametrize("text", ["key = [", f"a{'.a' * 300} = 1", f"a = {'[' * 2000}", "key = 3", 'key = ""', b"\xff"])
def test_of_a_declaration_that_cannot_be_read_no_key_is_known(text):
    assert folders.key_of({"procedure.toml": text if isinstance(text, bytes) else text.encode()}) is None
    assert folders.key_of({}) is None
