"""The catalogue of the procedures: everything people read is found, and everything found is translated."""

import re
from io import BytesIO
from time import process_time

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg

from processes import catalogue, folders

FOLDERS = folders.shipped()


def texts(folder):
    with (folders.ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    return {text for _, _, text, _, _ in extract_from_dir(folder.path, list(methods), options_map=options)}


TEXTS = {folder.key: texts(folder) for folder in FOLDERS}
CHINESE = {folder.key: catalogue.parse(folder.files["translations/zh.po"]) for folder in FOLDERS}
EVERY = {text: said for each in CHINESE.values() for text, said in each.items()}
HAN = re.compile(r"[\u4e00-\u9fff]")
GAP = re.compile(r"\{\{.*?\}\}")

BPMN = b"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" name="Unseen">
  <bpmn:process id="p" name="Complaint">
    <bpmn:laneSet id="s"><bpmn:lane id="l" name="Sales" /></bpmn:laneSet>
    <bpmn:userTask id="t" name="Verify"><bpmn:documentation>3.3</bpmn:documentation></bpmn:userTask>
    <bpmn:userTask id="u" name="${title}" />
    <bpmn:sequenceFlow id="f" name="yes" sourceRef="t" targetRef="u" />
    <bpmn:textAnnotation id="n"><bpmn:text>A note</bpmn:text></bpmn:textAnnotation>
  </bpmn:process>
  <bpmn:error id="e" name="BROKEN" />
</bpmn:definitions>"""


@pytest.mark.parametrize("key", TEXTS)
def test_every_text_of_a_folder_is_translated_in_it(key):
    missing = [text for text in TEXTS[key] if text not in CHINESE[key]]
    assert not missing, f"not in the catalogue: {missing}"


@pytest.mark.parametrize("key", TEXTS)
def test_a_catalogue_has_nothing_that_no_file_says(key):
    unused = [text for text in CHINESE[key] if text not in TEXTS[key]]
    assert not unused, f"in no file any more: {unused}"


def test_a_text_is_the_same_in_all_folders():
    assert len(set().union(*(each.items() for each in CHINESE.values()))) == len(EVERY)


def test_translations_are_chinese_and_keep_the_gaps_and_the_marks_of_headings():
    for text, chinese in EVERY.items():
        assert HAN.search(chinese), text
        assert sorted(GAP.findall(text)) == sorted(GAP.findall(chinese)), text
        assert text.startswith("## ") == chinese.startswith("## "), text


def test_the_texts_of_the_files_are_english():
    assert [text for each in TEXTS.values() for text in each if HAN.search(text)] == []


def test_names_of_a_diagram_are_found_and_neither_documentation_nor_expressions():
    found = [(line, text) for line, _, text, _ in catalogue.extract_bpmn(BytesIO(BPMN), (), (), {})]
    assert found == [(3, "Complaint"), (4, "Sales"), (5, "Verify"), (7, "yes"), (8, "A note")]


def test_another_language_or_an_unknown_text_stays_as_it_is():
    files = next(folder.files for folder in FOLDERS if folder.key == "kb_sales_quality")
    assert catalogue.translations(files, "zh")["Sales"] == "营业单位"
    assert catalogue.translations(files, "en") == {}
    assert catalogue.translations({}, "zh") == {}


HEAD = 'msgid ""\nmsgstr ""\n"{}\\n"\n\nmsgid "Verify"\nmsgstr "核实"\n'


@pytest.mark.parametrize(
    "head",
    [
        "Content-Type: text/plain; charset=rot13",
        "Content-Type: text/plain; charset=utf-16",
        "Plural-Forms: nplurals=x",
        "POT-Creation-Date: 99-99",
        "Language: xx_YY_zz@@",
    ],
)
def test_what_the_head_of_a_file_says_breaks_nothing(head):
    assert catalogue.parse(HEAD.format(head).encode()) == {"Verify": "核实"}


def test_a_file_of_translations_is_read_as_others_read_it():
    said = r"""# of a translator
msgctxt "button"
msgid "Say \"no\"\n"
msgstr ""
"说\t"
"“不”\\"

msgid "one"
msgid_plural "many"
msgstr[0] "几"

msgid "empty"
msgstr ""

#~ msgid "gone"
#~ msgstr "旧"
msgid "Verify"
msgstr "核实"
msgid "Verify"
msgstr "再核实"
"""
    assert catalogue.parse(said.encode()) == {'Say "no"\n': "说\t“不”\\", "Verify": "核实"}


def test_a_long_file_of_translations_is_read_in_a_time_that_grows_with_its_length():
    def steps(lines):
        started = process_time()
        catalogue.parse(b'msgid "x"\nmsgstr ""\n' + b'"y"\n' * lines)
        return process_time() - started

    assert min(steps(80_000) for _ in range(3)) < 12 * min(steps(20_000 + each) for each in range(3))
