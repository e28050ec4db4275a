"""What the form editor may write into a component, by its type, and what is said about the rest."""

import re
from collections.abc import Mapping
from difflib import get_close_matches

COMMON = frozenset({"id", "type", "layout", "conditional", "properties"})
INPUT = COMMON | {"key", "label", "description", "disabled", "readonly", "validate", "defaultValue"}
OPTIONS = INPUT | {"values", "valuesKey", "valuesExpression"}
CONTAINER = COMMON | {"label", "path", "components", "showOutline", "verticalAlignment"}

ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "textfield": INPUT | {"appearance"},
    "textarea": INPUT,
    "number": INPUT | {"appearance", "increment", "decimalDigits", "serializeToString"},
    "datetime": INPUT
    | {"subtype", "dateLabel", "timeLabel", "use24h", "timeSerializingFormat", "timeInterval", "disallowPassedDates"},
    "checkbox": INPUT,
    "radio": OPTIONS,
    "select": OPTIONS | {"searchable"},
    "checklist": OPTIONS,
    "taglist": OPTIONS,
    "filepicker": INPUT | {"accept", "multiple"},
    "expression": COMMON | {"key", "expression", "computeOn"},
    "dynamiclist": CONTAINER
    | {"isRepeating", "defaultRepetitions", "allowAddRemove", "disableCollapse", "nonCollapsedItems"},
    "group": CONTAINER,
    "table": COMMON | {"label", "dataSource", "columns", "columnsExpression", "rowCount"},
    "text": COMMON | {"text"},
    "separator": COMMON,
    "spacer": COMMON | {"height"},
    "button": COMMON | {"label", "action", "key"},
}
"""Attributes by component type: form-js schema, versions 1 to 20."""

REFUSED: Mapping[str, str] = {
    "html": "HTML is not taken from forms; use a text component (headings, lists, bold, quotes)",
    "image": "pictures are not taken from forms; attach them to the case and name them in a text component",
    "iframe": "other pages are not shown inside forms; put a link into a text component",
    "documentPreview": "documents stand beside the form on the page; leave this out",
    "script": "scripts are not run in forms; use an expression component",
    "multipage": "a form is one page; use groups",
    "page": "a form is one page; use groups",
    "default": "a form cannot stand inside a form; use a group",
}

VALIDATE: Mapping[str, frozenset[str]] = {
    "textfield": frozenset({"required", "minLength", "maxLength", "pattern", "validationType"}),
    "textarea": frozenset({"required", "minLength", "maxLength"}),
    "number": frozenset({"required", "min", "max"}),
}
"""Checks by component type; all other inputs know only `required`."""

RULES = (r"rule\.\d+", r"ruleMessage\.\d+", r"ruleField\.\d+")
INPUT_PROPERTIES = ("readFrom", "prefill", "requiredWhen", *RULES)
OPTION_PROPERTIES = (*INPUT_PROPERTIES, r"disabledWhen\..+", r"disabledReason\..+", r"next\..+")
SIGNING = ("signature", "signer")

PROPERTIES: Mapping[str, tuple[str, ...]] = {
    "textfield": (*INPUT_PROPERTIES, *SIGNING, "placeholder", "autocomplete", "personal"),
    "textarea": (*INPUT_PROPERTIES, "placeholder", "rows"),
    "number": (*INPUT_PROPERTIES, "money", "currency"),
    "datetime": (*INPUT_PROPERTIES, "notBefore", "notAfter"),
    "checkbox": (*INPUT_PROPERTIES, *SIGNING),
    "radio": (*OPTION_PROPERTIES, "cards", "segments", "chips", "valueType"),
    "select": (*OPTION_PROPERTIES, "valueType"),
    "checklist": (*OPTION_PROPERTIES, "chips", "minItems", "maxItems"),
    "taglist": (*OPTION_PROPERTIES, "chips", "minItems", "maxItems", "free"),
    "filepicker": (*INPUT_PROPERTIES, "maxSize", "maxFiles"),
    "expression": (*RULES, "money", "currency", "label"),
    "dynamiclist": (*RULES, "minRows", "maxRows", "rowLabel"),
    "table": (*RULES, r"option\..+", r"money\..+", "currency"),
}
"""Custom properties by component type, as patterns; all other types know only rules."""

ROOT = frozenset(
    {
        "type",
        "id",
        "components",
        "schemaVersion",
        "executionPlatform",
        "executionPlatformVersion",
        "exporter",
        "versionTag",
        "properties",
    }
)
ROOT_PROPERTIES = ("title", *RULES)


def is_known_property(patterns: tuple[str, ...], name: str) -> bool:
    """Whether a custom property is understood."""
    return any(re.fullmatch(pattern, name) for pattern in patterns)


def suggest(name: str, known: frozenset[str] | tuple[str, ...]) -> str:
    """What may have been meant, as the end of a sentence."""
    plain = sorted(re.sub(r"\\\.(\\d|\.)\+", ".…", each) for each in known)
    close = get_close_matches(name, plain, n=1)
    return f"did you mean {close[0]}?" if close else f"known: {', '.join(plain)}"
