"""Scripts run, are stopped, and cannot get out."""

import os
import time
from contextlib import suppress
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from at_once import at_once

from engine.errors import BpmnError, Busy, ScriptBpmnError, ScriptError, ScriptLimit
from engine.language import sandbox
from engine.language.sandbox import check_script, close, run_script


def run(script, variables=None, functions=None, **limits):
    return run_script(script, variables or {}, functions=functions or {}, **limits)


@pytest.mark.parametrize("script", ["x = f()", "try:\n    x = f()\nexcept ValueError:\n    x = 1"])
def test_a_database_that_is_busy_is_no_fault_of_the_script(script):
    def busy():
        raise Busy

    with pytest.raises(Busy):
        run(script, functions={"f": busy})


@pytest.mark.parametrize(
    ("script", "variables", "changed"),
    [
        ("x = a + 1", {"a": 1}, {"x": 2}),
        ("a.append(2)", {"a": [1]}, {"a": [1, 2]}),
        ("a['k']['l'] = 2", {"a": {"k": {}}}, {"a": {"k": {"l": 2}}}),
        ("a = a", {"a": {"b": 1, "c": 2}}, {}),
        ("a = 1", {"a": True}, {"a": 1}),
        ("a = 1.0", {"a": 1}, {"a": 1.0}),
        ("a = None", {"a": 1}, {"a": None}),
        ("if a > 3:\n    y = 'big'\nelse:\n    z = 'small'", {"a": 1}, {"z": "small"}),
        ("import math\ndef f():\n    return math.floor(2.5)\ny = f()\n_z = 1", {}, {"y": 2}),
        ("   x = 1\n   y = 2", {}, {"x": 1, "y": 2}),
        ("x = (1, 2)", {}, {"x": [1, 2]}),
        ("x = [i for i in range(3)]", {}, {"x": [0, 1, 2]}),
        ("from datetime import date\nx = [date(2026, 1, 2)]", {}, {"x": ["2026-01-02"]}),
        ("x = money(a) + money('0.10')", {"a": "3600.00"}, {"x": "3600.10"}),
        ("x = add_days('2026-01-31', 1)", {}, {"x": "2026-02-01"}),
        ("print('x')", {}, {}),
        ("", {}, {}),
        ("list = 3\ntype = 4\nlen = 5", {}, {"list": 3, "type": 4, "len": 5}),
        ("投诉 = 'KB'", {}, {"投诉": "KB"}),
        ("x = '''a\nb'''", {}, {"x": "a\nb"}),
    ],
)
def test_what_it_leaves_behind(script, variables, changed):
    result = run(script, variables)
    assert result == changed
    assert [type(value) for value in result.values()] == [type(value) for value in changed.values()]


def test_variables_are_copies():
    variables = {"a": [1]}
    run("a.append(2)", variables)
    assert variables == {"a": [1]}


def test_functions_are_called_with_plain_values():
    seen = []

    def take(*values, **named):
        seen.append((values, named))
        return {"money": Decimal("1.50"), "day": date(2026, 1, 2)}

    assert run("x = take([1, {'a': None}], key='v')", functions={"take": take}) == {
        "x": {"money": "1.50", "day": "2026-01-02"}
    }
    assert seen == [(([1, {"a": None}],), {"key": "v"})]


def test_business_errors():
    def host():
        raise BpmnError("E2", "from outside")

    with pytest.raises(ScriptBpmnError) as caught:
        run("x = 1\nraise BpmnError('E1', 'no way')")
    assert (caught.value.error_code, caught.value.text) == ("E1", "no way")
    with pytest.raises(ScriptBpmnError) as caught:
        run("host()", functions={"host": host})
    assert (caught.value.error_code, caught.value.text) == ("E2", "from outside")
    assert run("try:\n    host()\nexcept Exception:\n    x = 1", functions={"host": host}) == {"x": 1}
    assert run("BpmnError('E1')\nx = 1") == {"x": 1}


@pytest.mark.parametrize(
    ("script", "line", "reason"),
    [
        ("x = 1\n1 / 0", 2, "ZeroDivisionError: division by zero"),
        ("def f():\n    return undefined\n\nf()", 2, "there is no variable undefined, nor a function of that name"),
        ("x = 1\n\ny = (", 3, "unexpected EOF"),
        ("raise ValueError('no')", 1, "ValueError: no"),
        ("bad()", 1, "bad(): division by zero"),
        ("thing()", 1, "thing(): object cannot be a result"),
        ("x = {1, 2}", 0, "x: a set cannot be kept"),
        ("x = {1: 2}", 0, "x: the keys of a dict"),
        ("x = float('nan')", 0, "x: "),
        ("class A:\n    pass\na = A()", 0, "a: a A cannot be kept"),
        ("x = 10 ** 100", 0, "too large"),
        ("import datetime\nx = datetime.datetime.now()", 2, "not supported"),
        ("import os\nx = os.listdir('/')", 2, "Permission denied"),
        ("x = open('/etc/passwd').read()", 1, "Permission denied"),
        ("open('/tmp/x', 'w').write('x')", 1, "Permission denied"),
        ("import os\nx = os.environ['PATH']", 2, "not supported"),
        ("import os\nos.system('ls')", 2, "no attribute"),
        ("import subprocess", 1, "No module named"),
        ("import socket", 1, "No module named"),
        ("import engine", 1, "No module named"),
        ("x = ().__class__.__bases__", 1, "no attribute"),
    ],
)
def test_failures_name_the_line(script, line, reason):
    with pytest.raises(ScriptError) as caught:
        run(script, functions={"bad": lambda: 1 / 0, "thing": object})
    assert reason in caught.value.reason
    assert caught.value.line == line
    assert not isinstance(caught.value, ScriptLimit)


@pytest.mark.parametrize(
    "script",
    [
        "while True:\n    pass",
        "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass",
        "x = sum(range(10 ** 12))",
        "x = [0] * 10 ** 9",
        "x = 'a' * 10 ** 10",
        "x = []\nwhile True:\n    x.append('a' * 1000)",
        "x = 2 ** 10 ** 9",
        "x = list(range(10 ** 9))",
        "def f():\n    return f()\nf()",
        "x = [1]\nfor i in range(60):\n    x = [x, x]",
        "x = []\nx.append(x)",
        "x = [1]\nfor i in range(5000):\n    x = [x]",
        "x = 'a' * 2000000",
        "for i in range(5000):\n    now()",
        "x = 1\n" * 10_000,
        "import time\ntime.sleep(100)\nwhile True:\n    pass",
    ],
)
def test_limits(script):
    with pytest.raises(ScriptLimit):
        run(script, functions={"now": lambda: "2026-01-01"}, seconds=0.3)
    assert run("x = 1") == {"x": 1}


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("x = 1\nwhile True:\n    pass", "it computes too long; let a service do it"),
        ("def f():\n    return f()\nf()", "its functions call each other too deep"),
        ("for i in range(5000):\n    now()", "it calls too many functions of the installation"),
    ],
)
def test_a_limit_is_told_in_words_of_whoever_wrote_the_script(script, said):
    with pytest.raises(ScriptLimit) as caught:
        run(script, functions={"now": lambda: "2026-01-01"}, seconds=0.3)
    assert said in str(caught.value)


@pytest.mark.parametrize("script", ["(" * 5000, "-" * 15_000 + "1", "a" + ".a" * 5000, "\x00", "x = '\ud800'"])
def test_sources_that_break_parsers(script):
    with pytest.raises(ScriptError):
        run(script, {"a": 1})
    assert check_script(script)


def test_a_variable_that_is_no_text():
    with pytest.raises(ScriptError):
        run("x = a", {"a": "\ud800"})
    assert run("x = 1", {"class": 1, "a b": 2, "x": 1}) == {}


def test_a_killed_worker_is_replaced():
    def kill():
        for pid in _workers():
            os.kill(pid, 9)
        time.sleep(0.1)

    run("x = 1")
    with pytest.raises(ScriptLimit):
        run("kill()\nx = 1", functions={"kill": kill})
    assert run("x = 1") == {"x": 1}


def _workers():
    """The processes that this one has started and that run the sandbox's binary."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            name, _, rest = (process / "stat").read_text().partition("(")[2].rpartition(")")
            if name == "monty" and rest.split()[1] == str(os.getpid()):
                yield int(process.name)


def test_runs_do_not_see_each_other():
    run("secret = 1\ndef f():\n    return 1")
    with pytest.raises(ScriptError, match="no variable secret"):
        run("x = secret")


def test_threads():
    def work(number):
        return {run("x = a * 2", {"a": number})["x"] for _ in range(10)}

    assert at_once(*[partial(work, number) for number in range(6)]) == [{number * 2} for number in range(6)]


def test_close_and_start_again():
    assert run("x = 1") == {"x": 1}
    close()
    close()
    assert not list(_workers())
    assert run("x = 1") == {"x": 1}


def test_a_fork_starts_its_own_workers(monkeypatch):
    run("x = 1")
    before = sandbox._pool.monty
    monkeypatch.setattr(sandbox._pool, "owner", -1)
    assert run("x = 1") == {"x": 1}
    assert sandbox._pool.monty is not before
    before.__exit__(None, None, None)


@pytest.mark.parametrize(
    ("script", "findings"),
    [
        ("x = 1\nif x:\n    y = 2", []),
        ("x = unknown_name", []),
        ("while True:\n    pass", []),
        ("", []),
        ("x = 1\ny = (", ["line 2: unexpected EOF while parsing"]),
        ("x = 1\n  y = 2", ["line 2: Unexpected indentation"]),
        (
            "\n\nyield 1",
            ["line 3: NotImplementedError: The monty syntax parser does not yet support yield expressions"],
        ),
    ],
)
def test_check_script(script, findings):
    assert check_script(script) == findings


@pytest.mark.parametrize("what", ["[1]", "{'x': 5}", "{5: 'x'}", "None"])
def test_what_a_script_puts_in_the_place_of_our_own_words_is_read_as_of_a_stranger(what):
    with pytest.raises(ScriptError, match="cannot be read"):
        run(f"_keep = lambda names: {what}")
    with pytest.raises(ScriptError, match="no JSON"):
        run("_keep = lambda names: {'x': 'y'}")


def test_a_variable_that_python_could_not_name_is_in_the_way_of_no_script():
    assert run("x = 'class'", {"class": 1}) == {"x": "class"}
