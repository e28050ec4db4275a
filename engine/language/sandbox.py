"""Runs the scripts of diagrams in worker processes that have no files, no network, and little time and memory."""

import atexit
import json
import keyword
import os
import re
import secrets
import textwrap
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from pydantic_monty import Monty, MontyCrashedError, MontyError, MontyRuntimeError, MontySession, MontySyntaxError

from engine.errors import BpmnError, Passing, ScriptBpmnError, ScriptError, ScriptLimit
from engine.language.expressions import STANDARD_FUNCTIONS
from engine.language.scripts_say import said
from engine.language.tokens import Problem
from engine.language.values import as_json
from engine.phrases import phrase, said_by
from engine.values import Json

MAX_LENGTH = 20_000
"""Characters of one script."""
MAX_RESULT = 1_000_000
"""Characters of JSON that one script may leave behind."""
MAX_CALLS = 1000
"""Calls of functions outside the sandbox in one run."""
WORKERS = 4
"""Scripts that run at the same time; the others wait."""

_WORD = re.compile(r"[^\W\d]\w*")
_KEPT_KINDS = {Decimal, date, datetime}
"""What crosses into the sandbox as it is, to be calculated with."""
UNDEFINED = re.compile(r"name '(\w+)' is not defined")
"""What the sandbox says of a name that nobody has written."""
_LIMITS = {
    "TimeoutError": phrase("it computes too long; let a service do it"),
    "MemoryError": phrase("it needs too much memory"),
    "RecursionError": phrase("its functions call each other too deep"),
}
"""What it means for whoever wrote the script, by the error of the sandbox."""

_BEFORE = """
import json as _json
from datetime import date as _date, datetime as _datetime
from decimal import Decimal as _Decimal
_HIDDEN = ('function', 'module', 'type', 'builtin_function_or_method')
def _plain(value, isinstance=isinstance, list=list, dict=dict, type=type, str=str, plain=(bool, int, float, str)):
    if value is None or isinstance(value, plain):
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {_key(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (_date, _datetime)):
        return value.isoformat()
    if isinstance(value, _Decimal):
        return str(value)
    raise TypeError('a ' + type(value).__name__ + ' cannot be kept as a variable')
def _key(key, isinstance=isinstance, str=str):
    if isinstance(key, str):
        return key
    raise TypeError('the keys of a dict that is kept as a variable must be text')
def _keep(names, list=list, type=type, dumps=_json.dumps):
    kept = {}
    for name, value in names:
        if not name.startswith('_') and type(value).__name__ not in _HIDDEN:
            try:
                kept[name] = dumps(_plain(value), allow_nan=False)
            except (TypeError, ValueError) as error:
                raise ValueError(name + ': ' + str(error))
    return kept
"""
_AFTER = "\n\n_keep([(_name, _value) for _name, _value in locals().items()])"
_OFFSET = _BEFORE.count("\n")
_STOP = "\n" * (_OFFSET - 1) + "raise ValueError('{}')\n"
"""As long as _BEFORE, so that lines are counted alike; stops before the script, after all of it was read."""


@dataclass
class _Pool:
    """The worker processes, started at the first script and stopped at exit."""

    lock: threading.Lock
    monty: Monty | None = None
    owner: int = 0
    """The process that started them; a forked one starts its own."""


_pool = _Pool(threading.Lock())


def _workers() -> Monty:
    with _pool.lock:
        if _pool.monty is None or _pool.owner != os.getpid():
            pool = Monty(max_processes=WORKERS, checkout_timeout=30.0, request_timeout=30.0)
            pool.__enter__()
            _pool.monty, _pool.owner = pool, os.getpid()
        return _pool.monty


def close() -> None:
    """Stop the worker processes; the next script starts new ones."""
    with _pool.lock:
        pool, _pool.monty = _pool.monty, None
        if pool is not None and _pool.owner == os.getpid():
            pool.__exit__(None, None, None)


atexit.register(close)


def run_script(
    script: str,
    variables: Mapping[str, Json],
    *,
    functions: Mapping[str, Callable[..., Any]],
    seconds: float = 1.0,
    megabytes: int = 64,
) -> dict[str, Json]:
    """Run a script and return the variables that it changed or added, as JSON.

    Variables are read and written as plain names. Names that start with an underscore, functions and modules stay in
    the sandbox. The functions of the expression language are there, too, unless Python has one of the same name.

    Args:
        script: Python, as far as the sandbox knows it.
        variables: what it may read.
        functions: called in this process with plain values; an exception of theirs fails the script.
        seconds: computing time, calls of `functions` not counted.
        megabytes: memory of the sandbox.

    Raises:
        ScriptBpmnError: for `raise BpmnError("code", "text")`, also when one of `functions` raised it.
        ScriptLimit: out of time, memory, depth or calls.
        Passing: one of `functions` found the database busy or away, whatever the script made of that.
        ScriptError: for everything else, with the line.
    """
    code = _prepared(script)
    words = set(_WORD.findall(code))
    inputs = {name: value for name, value in variables.items() if name in words and not keyword.iskeyword(name)}
    mark = secrets.token_hex(8)
    passing: list[Passing] = []
    lookup = {
        name: partial(_call, name, function, mark, passing)
        for name, function in {**STANDARD_FUNCTIONS, **functions}.items()
    }
    lookup["BpmnError"] = partial(_bpmn_error, mark)
    try:
        with _session(seconds, megabytes) as session:
            kept = session.feed_run(
                f"{_BEFORE}{code}{_AFTER}", inputs=inputs, external_lookup=lookup, print_callback=_ignore
            )
    except MontyRuntimeError as error:
        raise (passing[0] if passing else _failure(error, mark, code)) from error
    except (MontyError, TimeoutError, ValueError, TypeError) as error:
        raise _refusal(error, code) from error
    if passing:  # which the script has caught
        raise passing[0]
    return _changed(kept, inputs)


def check_script(script: str) -> list[str]:
    """What is wrong with a script before it runs, each with its line: syntax, and Python that the sandbox lacks."""
    sentinel = secrets.token_hex(8)
    try:
        code = _prepared(script)
        with _session(1.0, 64) as session:
            session.feed_run(f"{_STOP.format(sentinel)}{code}", print_callback=_ignore)
    except ScriptError as error:
        return [error.reason]
    except MontyRuntimeError as error:
        if str(error.exception()) == sentinel:
            return []
        failed = _failure(error, sentinel, code)
        return [failed.reason if isinstance(failed, ScriptError) else said_by(failed)]
    except (MontyError, TimeoutError, ValueError, TypeError) as error:
        return [_refusal(error, script).reason]
    return []


def _prepared(script: str) -> str:
    if len(script) > MAX_LENGTH:
        raise ScriptLimit(line=0, reason=phrase("it is longer than {count} characters", count=MAX_LENGTH))
    return textwrap.dedent(script)


def _session(seconds: float, megabytes: int) -> MontySession:
    return _workers().checkout(
        script_name="script",
        limits={
            "max_feed_duration_secs": seconds,
            "max_memory": megabytes * 2**20,
            "max_recursion_depth": 200,
            "max_suspensions": MAX_CALLS,
        },
        # the clock is the engine's: its now() is among the functions, the machine's is not reachable
        os_policy={"datetime": "call_host", "sleep": "zero"},
    )


def _ignore(_stream: str, _text: str) -> None:
    """What a script prints goes nowhere."""


def _call(
    name: str, function: Callable[..., Any], mark: str, passing: list[Passing], *arguments: Json, **named: Json
) -> Json:
    try:
        result = function(*arguments, **named)
        return result if type(result) in _KEPT_KINDS else as_json(result)
    except BpmnError as error:
        raise _bpmn_error(mark, error.error_code, error.text) from error
    except Exception as error:
        passing += [error] if isinstance(error, Passing) else []
        raise ValueError(f"{name}(): {error}") from error


def _bpmn_error(mark: str, code: str = "", text: str = "") -> ValueError:
    """What `BpmnError(…)` gives inside the sandbox, which knows no exceptions of ours."""
    return ValueError(mark + json.dumps([str(code), str(text)]))


def _failure(error: MontyRuntimeError, mark: str, code: str) -> ScriptError | ScriptBpmnError:
    cause = error.exception()
    kind = error.display("type-msg").split(":")[0]
    if isinstance(cause, ValueError) and str(cause).startswith(mark):
        return ScriptBpmnError(*json.loads(str(cause).removeprefix(mark)))
    line = _line_of(error, code)
    if kind in _LIMITS or "suspension limit" in str(cause):
        limit = _LIMITS.get(kind, phrase("it calls too many functions of the installation"))
        return ScriptLimit(line=line, reason=_at(line, limit))
    unwritten = UNDEFINED.search(str(cause)) if kind == "NameError" else None
    if unwritten:
        reason = phrase("there is no variable {name}, nor a function of that name", name=unwritten[1])
        return ScriptError(line=line, reason=_at(line, reason))
    return ScriptError(line=line, reason=_at(line, said(f"{kind}: {cause}" if line else str(cause))))


def _at(line: int, reason: str) -> str:
    """A reason behind the line that is to blame, if one is."""
    return phrase("line {number}: {said}", number=line, said=reason) if line else reason


def _refusal(error: Exception, code: str) -> ScriptError:
    if isinstance(error, MontyCrashedError):
        return ScriptLimit(line=0, reason=phrase("the sandbox broke down, out of time or memory"))
    if isinstance(error, MontySyntaxError):
        line = _line_of(error, code) or code.count("\n") + 1  # past the end something is missing
        return ScriptError(line=line, reason=_at(line, said(str(error.exception()))))
    if isinstance(error, TimeoutError):
        return ScriptLimit(line=0, reason=phrase("too many scripts run at the same time"))
    return ScriptError(line=0, reason=said(str(error)))


def _line_of(error: MontyRuntimeError | MontySyntaxError, code: str) -> int:
    """The line of the script that is to blame, from 1; 0 when it is none of the script's."""
    lines = [frame.line - _OFFSET for frame in error.traceback()]
    inside = [line for line in lines[-50:] if 1 <= line <= code.count("\n") + 1]
    return int(inside[-1]) if inside else 0


def _changed(kept: object, before: Mapping[str, Json]) -> dict[str, Json]:
    """What the sandbox says its variables are, read as untrusted text, without what was so before."""
    if not isinstance(kept, dict) or not all(isinstance(part, str) for entry in kept.items() for part in entry):
        raise ScriptError(line=0, reason=phrase("its variables cannot be read"))
    if sum(map(len, kept.values())) > MAX_RESULT:
        raise ScriptLimit(line=0, reason=phrase("it leaves more than {count} characters behind", count=MAX_RESULT))
    try:
        after = {name: as_json(json.loads(text)) for name, text in kept.items()}
    except (ValueError, RecursionError) as error:
        reason = said_by(error) if isinstance(error, Problem) else phrase("its variables are no JSON")
        raise ScriptError(line=0, reason=reason) from error
    return {name: value for name, value in after.items() if name not in before or _differ(before[name], value)}


def _differ(before: Json, after: Json) -> bool:
    """Whether two JSON values are written differently; true is not 1."""
    return json.dumps(before, sort_keys=True, default=str) != json.dumps(after, sort_keys=True)
