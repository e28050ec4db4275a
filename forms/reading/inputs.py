"""What all fields have that people fill in."""

from collections.abc import Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

from forms.kit.choosing import Choosing
from forms.kit.kind import Input, Refused
from forms.kit.said import said
from forms.kit.source import Source
from forms.kit.written import close_to, suggest
from forms.language.expressions import Json, Limit
from forms.model.component import Component


def read_input(source: Source, component: Component) -> Component:
    """The component with its help, and when it must, may or cannot be filled in."""
    kind, properties = component.input, source.within("properties")
    assert kind is not None
    readonly, readonly_when = source.switch("readonly")
    disabled, disabled_when = source.switch("disabled")
    if readonly_when is not None and disabled_when is not None:
        source.report(said("readonly and disabled are both expressions; keep one"))
    if not component.label and not any(each != "label" and close_to(each, {"label"}) for each in source.data):
        source.report(said("the label is missing: people and screen readers need it"))
    if not kind.beforehand and source.data.get("defaultValue") is not None:
        source.report(said("files and signatures have no defaultValue"))
    return replace(
        component,
        help=source.template("description"),
        required=source.within("validate").flag("required"),
        required_when=properties.expr("requiredWhen"),
        readonly=readonly,
        readonly_when=readonly_when or disabled_when,
        disabled=disabled,
        read_from=properties.expr("readFrom"),
        default=_default(source, kind),
        prefill=properties.flag("prefill", default=not kind.starts_empty) and kind.beforehand,
    )


def _default(source: Source, kind: Input) -> Limit:
    found = source.data.get("defaultValue")
    if isinstance(found, str) and found.strip().startswith("="):
        return Limit(expr=source.compile("defaultValue", found.strip()))
    if isinstance(found, Mapping):
        source.report(said("defaultValue must be a text, a number, true, false or a list"))
        return Limit()
    if found is not None and kind.beforehand:
        _check_default(source, kind, found)
    return Limit(found)


def _check_default(source: Source, kind: Input, found: Json) -> None:
    """That what a field begins with could be its answer."""
    try:
        value = kind.typed(found, ZoneInfo("UTC"))
    except Refused as refused:
        source.report(
            said("the defaultValue {found} cannot be an answer: {reason}", found=repr(found), reason=refused.reason)
        )
        return
    if isinstance(kind, Choosing) and kind.options.source is None:
        offered = [each.value for each in kind.options.written]
        for each in value if isinstance(value, list) else [value]:
            if each is not None and str(each) not in offered:
                source.report(
                    said(
                        "the defaultValue {each} is none of the options: {cure}",
                        each=each,
                        cure=suggest(str(each), offered),
                    )
                )
