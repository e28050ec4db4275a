"""All errors of a form in one list that links to the fields."""

from collections.abc import Callable, Mapping

from markupsafe import Markup

from forms.kit.view import element_id
from forms.language.messages import N_, Message
from forms.model.component import Component, Level
from forms.model.form import Form
from forms.showing.templates import fragment

ONE, MANY = N_("One answer needs a change"), N_("{count} answers need a change")


def render_errors(
    form: Form,
    errors: Mapping[str, Message],
    *,
    translate: Callable[[str], str],
    icons: str = "/static/icons.svg",
) -> Markup:
    """All errors in one list that links to the fields; empty when there are none."""
    if not errors:
        return Markup()
    found = []
    for path, error in sorted(errors.items(), key=lambda each: _place(form.level, each[0].split("."))):
        component = _find(form.level, path.split("."))
        label = translate(component.label.source) if component is not None else path
        href = element_id(path) if component is not None else ""
        found.append({"label": label, "href": href, "text": error.translated(translate)})
    heading = translate(ONE) if len(found) == 1 else translate(MANY).format(count=len(found))
    return fragment("errors.html", errors=found, heading=heading, icons=icons)


def _find(level: Level, parts: list[str]) -> Component | None:
    for each in level.valued:
        size = len(each.path)
        if list(each.path) != parts[:size]:
            continue
        if len(parts) == size:
            return each
        if each.inside is not None and len(parts) > size + 1:
            return _find(each.inside, parts[size + 1 :])
    return None


def _place(level: Level, parts: list[str]) -> tuple[int, ...]:
    """Where a path stands in the form; what the form does not have comes last."""
    for number, each in enumerate(level.valued):
        size = len(each.path)
        if list(each.path) == parts[:size]:
            rest = parts[size:]
            inside = _place(each.inside, rest[1:]) if each.inside is not None and rest[1:] else ()
            return (number, *(int(part) for part in rest[:1] if part.isdigit()), *inside)
    return (len(level.names) + 1000,)
