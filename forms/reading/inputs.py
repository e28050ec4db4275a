"""What all fields have that people fill in."""

from collections.abc import Mapping
from dataclasses import replace

from forms.kit.source import Source
from forms.language.expressions import Limit
from forms.model.component import Component


def read_input(source: Source, component: Component) -> Component:
    """The component with its help, and when it must, may or cannot be filled in."""
    kind, properties = component.input, source.within("properties")
    assert kind is not None
    readonly, readonly_when = source.switch("readonly")
    disabled, disabled_when = source.switch("disabled")
    if readonly_when is not None and disabled_when is not None:
        source.report("readonly and disabled are both expressions; keep one")
    if not component.label:
        source.report("the label is missing: people and screen readers need it")
    if not kind.beforehand and source.data.get("defaultValue") is not None:
        source.report("files and signatures have no defaultValue")
    return replace(
        component,
        help=source.template("description"),
        required=source.within("validate").flag("required"),
        required_when=properties.expr("requiredWhen"),
        readonly=readonly,
        readonly_when=readonly_when or disabled_when,
        disabled=disabled,
        read_from=properties.expr("readFrom"),
        default=_default(source),
        prefill=properties.flag("prefill", default=not kind.starts_empty) and kind.beforehand,
    )


def _default(source: Source) -> Limit:
    found = source.data.get("defaultValue")
    if isinstance(found, str) and found.strip().startswith("="):
        return Limit(expr=source.compile("defaultValue", found.strip()))
    if isinstance(found, Mapping):
        source.report("defaultValue must be a text, a number, true, false or a list")
        return Limit()
    return Limit(found)
