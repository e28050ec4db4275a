"""How SpiffWorkflow's specs reach expressions and scripts: by the safe language and the sandbox, never by Python."""

from collections.abc import Callable, Mapping
from typing import Any

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine

from engine.core.errors import Stuck
from engine.core.tasks import Token
from engine.core.variables import visible, write
from engine.language.expressions import compile_expression, compile_template
from engine.language.sandbox import run_script
from engine.phrases import phrase
from engine.values import Json


class SafeEngine(PythonScriptEngine):
    """Evaluates with the variables that a token sees; the base class's environment, which runs Python, is left out."""

    def __init__(self) -> None:
        """Take nothing: functions come from the instance's host."""
        self.environment = None

    def evaluate(self, task: Token, expression: str, external_context: Mapping[str, Json] | None = None) -> Json:
        """The value of an expression; UnknownName and ExpressionError as the language raises them."""
        return compile_expression(expression).evaluate(visible(task, external_context), functions_of(task))

    def execute(self, task: Token, script: str, external_context: Mapping[str, Json] | None = None) -> bool:
        """Run a script in the sandbox and write what it changed."""
        changed = run_script(script, visible(task, external_context).copied(), functions=functions_of(task))
        write(task, changed)
        return True

    def call_service(self, task: Token, **kwargs: Any) -> None:
        """Not used: service tasks ask the host."""
        raise NotImplementedError


def evaluate(task: Token, expression: str, extra: Mapping[str, Json] | None = None) -> Json:
    """The value of an expression where a token stands."""
    return task.workflow.script_engine.evaluate(task, expression, extra)


def fill_in(task: Token | None, text: str) -> Json:
    """A text with its `${…}` filled in; a text that is one expression gives the value itself.

    A text without an expression needs no token.
    """
    template = compile_template(text)
    if template.plain is not None:
        return template.plain
    assert task is not None
    return template.evaluate(visible(task), functions_of(task))


def functions_of(task: Token) -> Mapping[str, Callable[..., Any]]:
    """What may be called where a token stands: what the files know that its diagram was deployed with."""
    found: Mapping[str, Callable[..., Any]] = task.workflow.top_workflow.host.functions(task.workflow.ref)
    return found


def truth(value: Json) -> bool:
    """Whether the value of a condition is true; null is not, and Stuck is raised for all that is no yes or no."""
    if value is None or isinstance(value, bool):
        return bool(value)
    raise Stuck(phrase("the condition gives {value}, which is neither true nor false", value=repr(value)))
