"""Rendering: a whole page for the browser, or its part for a script that asks for one."""

from typing import Any

from flask import Response, make_response, render_template

from web.shell import here
from web.shell.parts import Confirm


def show(template: str, status: int = 200, **values: Any) -> Response:
    """A whole page."""
    return make_response(render_template(template, **values), status)


def ask(asked: Confirm, *, active: str = "", status: int = 200) -> Response:
    """A question before an act: in a dialog where a script asks for it, else as a page."""
    layout = "bare.html" if here.is_part() else "base.html"
    return show("confirm.html", status, layout=layout, asked=asked, active=active)
