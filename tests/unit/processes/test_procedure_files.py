"""The shipped procedures keep what their readers rely on: rules, clauses, forms, short labels, numbers in tables."""

import csv
import html
import io
import json
import re
import tomllib
from pathlib import Path

import pytest
from lxml import etree

import processes
from engine import is_expression
from engine.core import ReadOptions, read
from processes import folders
from processes.clock.functions import functions
from processes.office import Office
from processes.rules import of_files
from processes.services import services

ROOT = Path(processes.__file__).parent
FOLDERS = [folder for folder in folders.shipped() if folder.path.is_relative_to(ROOT)]
FILES = {name: content for folder in FOLDERS for name, content in folder.files.items()}
RULES = {rule for folder in FOLDERS for rule in of_files(folder.files)}
DIAGRAMS = sorted(name for name in FILES if name.endswith(".bpmn"))
PHASES = {
    phase["key"]
    for folder in FOLDERS
    for phase in tomllib.loads(folder.files["procedure.toml"].decode()).get("phases", ())
}
LONGEST = 40

SERVICES = services(Office())
COMPILED = read(
    FILES,
    language=ReadOptions(
        topics=SERVICES.topics,
        functions=frozenset(functions(Office())) | {"now", "today", "setting", "stage_due"},
        forms=[name.removesuffix(".form") for name in FILES if name.endswith(".form")],
    ),
)
ELEMENTS = [element for process in COMPILED.processes.values() for element in process.elements.values()]
CALLS = [element for element in ELEMENTS if element.kind == "callActivity"]
WORK = {"SE_Duty", "SE_Group"}
"""What is recorded to be done or asked, not to be decided: who notes it may do it."""
CALLED = [key for key, process in COMPILED.processes.items() if process.contract is not None]
TASKS = [element for element in ELEMENTS if element.kind == "userTask"]
RECORDED = [element for element in ELEMENTS if "recordedBy" in element.properties]


def test_the_engine_finds_nothing_wrong():
    assert [str(finding) for finding in COMPILED.findings] == []


ADDED = "产品默认"
"""In the documentation of what the product adds to the rules."""
BPMN, DI = (f"{{http://www.omg.org/spec/BPMN/20100524/{name}}}" for name in ("MODEL", "DI"))


def _box(shape):
    x, y, width, height = (float(shape[0].get(name)) for name in ("x", "y", "width", "height"))
    return x, y, x + width, y + height


def test_what_the_product_adds_is_drawn_in_a_dashed_frame_and_nothing_else_is():
    said, drawn = set(), set()
    for name in DIAGRAMS:
        root = etree.fromstring(FILES[name])
        noted = [each.getparent() for each in root.iter(f"{BPMN}documentation") if ADDED in (each.text or "")]
        said |= {(name, each.get("id")) for each in noted if each.tag != f"{BPMN}process"}
        boxes = {each.get("bpmnElement"): _box(each) for each in root.iter(f"{DI}BPMNShape")}
        for group in root.iter(f"{BPMN}group"):
            left, top, right, bottom = boxes[group.get("id")]
            within = [
                (abs(box[0] - left) + abs(box[1] - top) + abs(box[2] - right) + abs(box[3] - bottom), key)
                for key, box in boxes.items()
                if left < box[0] and top < box[1] and box[2] < right and box[3] < bottom
            ]
            drawn.add((name, min(within)[1]))
        assert ("TextAnnotation_Added" in boxes) == bool(noted), f"{name} says below what the frames mean"
    assert said == drawn


def test_the_processes_of_the_measure_are_there():
    assert set(COMPILED.processes) >= {
        *("complaint_intake", "kb_sales_quality", "sub_approval", "sub_reply"),
        *("sub_remedy", "sub_mediation", "sub_followup", "sub_capa", "send_letter"),
    }
    assert set(COMPILED.decisions) >= {"D01", "D02", "D03", "D04", "D05"}


def test_people_start_what_a_procedure_registers_or_the_management_does_and_nothing_else():
    declared = [tomllib.loads(folder.files["procedure.toml"].decode()) for folder in FOLDERS]
    registered = {said["register"]["process"] for said in declared if "register" in said}
    managed = {said["key"] for said in declared if said.get("kind") == "management"}
    assert registered | managed == {key for key, process in COMPILED.processes.items() if process.startable}


@pytest.mark.parametrize("task", TASKS, ids=lambda task: f"{task.parent}.{task.id}")
def test_a_task_of_a_person_has_a_form_a_clause_rules_and_a_group(task):
    assert f"{task.attributes['formRef']}.form" in FILES
    assert task.attributes["formRefBinding"] == "deployment"
    assert re.search(r"[\u4e00-\u9fff]", task.documentation)
    assert task.attributes["candidateGroups"]
    rules = task.properties["rules"].split()
    assert rules
    assert set(rules) <= RULES


@pytest.mark.parametrize("task", TASKS, ids=lambda task: f"{task.parent}.{task.id}")
def test_a_task_has_a_phase_unless_its_process_is_shared(task):
    beside_the_way = task.parent not in COMPILED.processes
    shared = task.parent.startswith(("sub_", "send_"))
    named = task.properties.get("phase") in PHASES
    assert named != (beside_the_way or shared), "an event sub-process leaves the phase as it is"


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.parent}.{call.id}")
def test_a_call_of_a_shared_process_has_a_phase(call):
    if call.called in ("send_letter", "sub_duplicate", "sub_meanwhile"):
        return  # a letter goes out, and something comes in between, in whichever phase the case is
    shared = call.parent.startswith("sub_")  # it is in the phase of its caller
    assert (call.properties.get("phase") in PHASES) == (call.called.startswith("sub_") and not shared)


def test_every_called_process_declares_what_it_takes_and_gives():
    called = {each.called for each in CALLS} | {"sub_capa", "sub_agreement", "sub_recourse", "sub_reopening"}
    assert called == set(CALLED)


@pytest.mark.parametrize("key", CALLED)
def test_a_called_process_reads_all_that_it_takes(key):
    process = COMPILED.processes[key]
    topics = {each.attributes.get("topic") for each in process.elements.values()}
    recorded = {each.properties.get("recordForm") for each in process.elements.values()}
    tables = (name for name in FILES if name.split("_")[0] in process.decisions)
    forms = (f"{name}.form" for name in {*process.forms, *recorded} - {None})
    read = [
        FILES[process.file].decode().split("</bpmn:extensionElements>", 1)[1],
        *(FILES[name].decode() for name in (*tables, *forms)),
        *(name for topic in topics - {None} for name in SERVICES.get_service(topic).inputs),
    ]
    words = set(re.findall(r"\w+", html.unescape(" ".join(read))))
    assert sorted(process.contract.inputs.keys() - words) == []


def test_labels_are_short():
    long = [each.name for each in ELEMENTS if len(each.name) > (50 if each.kind == "subProcess" else LONGEST)]
    assert long == []


def test_rules_that_an_element_names_exist():
    named = {(each.id, rule) for each in ELEMENTS for rule in each.properties.get("rules", "").split()}
    assert {(element, rule) for element, rule in named if rule not in RULES} == set()


def test_what_can_be_recorded_has_its_form():
    assert [each.id for each in RECORDED if each.event != "message"] == []
    assert [each.id for each in RECORDED if f"{each.properties['recordForm']}.form" not in FILES] == []


def test_what_can_be_recorded_says_who_did_what():
    names = {each.name for each in RECORDED}
    assert names >= {"Customer accepts", "Customer refuses", "Customer objects", "Customer withdraws"}
    assert [name for name in names if len(name.split()) == 1] == []


def test_nobody_decides_on_what_they_recorded():
    begun = [each for each in RECORDED if each.kind == "startEvent" and each.id not in WORK]
    beside = [(each.id, task) for each in begun for task in TASKS if task.parent == each.parent]
    assert beside
    together = {
        (start, task.id) for start, task in beside if start not in task.properties.get("separationOfDuties", "").split()
    }
    assert together == set()


def test_who_is_set_apart_exists():
    known = {each.id for each in (*RECORDED, *TASKS)}
    apart = {
        each.id: each.properties["separationOfDuties"] for each in ELEMENTS if "separationOfDuties" in each.properties
    }
    named = {element: set(re.findall(r"\b[A-Z]{2}_\w+", said)) for element, said in apart.items()}
    assert set().union(*named.values()) <= known
    assert [element for element, said in apart.items() if not named[element] and "authors" not in said] == []


def test_the_authors_that_may_not_approve_exist():
    [call] = _tree("kb_sales_quality.bpmn").iterfind(".//{*}callActivity[@calledElement='sub_approval']")
    [authors] = (entry for entry in call.iter("{*}in") if entry.get("target") == "authors")
    named = set(authors.get("sourceExpression").split())
    assert named == {"UT_DraftPlan", "UT_CmInvestigate", "UT_QcSolution"}
    assert named <= {task.id for task in TASKS}


def test_every_form_is_used():
    used = {task.attributes["formRef"] for task in TASKS}
    recorded = {each.properties.get("recordForm") for each in ELEMENTS}
    named = set(_column("D05_remedy.dmn", "form"))
    there = {name.removesuffix(".form") for name in FILES if name.endswith(".form")}
    assert there == (used | recorded | named) - {None}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.key)
def test_a_folder_has_what_its_diagrams_name(folder):
    compiled = read(folder.files, language=ReadOptions(trusted=True))
    tasks = [each for process in compiled.processes.values() for each in process.elements.values()]
    named = {each.attributes.get("formRef") for each in tasks} | {each.properties.get("recordForm") for each in tasks}
    assert {f"{name}.form" for name in named - {None}} <= set(folder.files)
    tables = {each.attributes["decisionRef"] for each in tasks if "decisionRef" in each.attributes}
    assert {table for table in tables if not is_expression(table)} <= set(compiled.decisions)


def test_a_form_carries_the_name_of_its_file():
    for name, content in FILES.items():
        if name.endswith(".form"):
            assert json.loads(content)["id"] == name.removesuffix(".form")


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".dmn")])
def test_a_table_ends_with_a_row_for_everything_and_names_the_basis_of_each(name):
    rows = list(_tree(name).iter("{*}rule"))
    last = ["".join(entry.itertext()).strip() for entry in rows[-1].iter("{*}inputEntry")]
    assert not any(last)
    assert all((row.findtext("{*}description") or "").strip() for row in rows)


@pytest.mark.parametrize("name", DIAGRAMS)
def test_no_amount_and_no_number_of_days_stands_in_a_diagram(name):
    """When a letter is tried again after the mail server was away is technical, no decision of the house."""
    content = re.sub(rb"<camunda:failedJobRetryTimeCycle>.*?</", b"</", FILES[name])
    expressions = re.findall(r"[$]\{.*?\}", html.unescape(content.decode()))
    numbers = {int(number) for text in expressions for number in re.findall(r"(?<![\w.])\d+(?![\w.])", text)}
    assert numbers <= {0, 1, 2, 3}, "only counters and levels"
    assert not re.search(rb"[>}]\s*R?\d*/?P(T?\d)", content), "no plain durations"


@pytest.mark.parametrize("name", DIAGRAMS)
def test_a_diagram_has_one_pool_with_lanes_that_name_their_group(name):
    tree = _tree(name)
    assert len(list(tree.iter("{*}participant"))) == 1
    for lane in tree.iter("{*}lane"):
        groups = [prop.get("value") for prop in lane.iter("{*}property") if prop.get("name") == "group"]
        assert groups


@pytest.mark.parametrize("name", DIAGRAMS)
def test_what_is_drawn_does_not_lie_over_each_other(name):
    """Activities, gateways and events of one scope keep clear of each other, boundary events apart."""
    tree = _tree(name)
    beside = ("lane", "participant", "boundaryEvent", "group")
    free = {node.get("id") for tag in beside for node in tree.iter(f"{{*}}{tag}")}
    parents = {node.get("id"): parent.get("id") for parent in tree.iter() for node in parent if node.get("id")}
    boxes = [
        (
            shape.get("bpmnElement"),
            *(float(shape.find("{*}Bounds").get(side)) for side in ("x", "y", "width", "height")),
        )
        for shape in tree.iter("{*}BPMNShape")
        if shape.get("bpmnElement") not in free
    ]
    for number, (one, x, y, width, height) in enumerate(boxes):
        for other, left, top, wide, high in boxes[number + 1 :]:
            if parents[one] == parents[other]:
                apart = x + width <= left or left + wide <= x or y + height <= top or top + high <= y
                assert apart, f"{one} lies over {other}"


def _tree(name):
    return etree.parse(io.BytesIO(FILES[name])).getroot()


def _column(name, output):
    tree = _tree(name)
    place = [column.get("name") for column in tree.iter("{*}output")].index(output)
    for row in tree.iter("{*}rule"):
        text = "".join(list(row.iter("{*}outputEntry"))[place].itertext()).strip()
        yield from next(csv.reader([text]))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.key)
def test_whoever_decided_first_is_not_the_only_one_who_may_open_a_case_again(folder):
    reopening = tomllib.loads(folder.files["procedure.toml"].decode()).get("reopen")
    assert reopening is None or len(reopening["deciders"]) > 1
