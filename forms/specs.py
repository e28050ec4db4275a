"""What each type of component carries beyond the common: one function a type."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from forms.kinds import (
    ChoiceSpec,
    Column,
    ComputedSpec,
    DateSpec,
    FileSpec,
    FlagSpec,
    Kind,
    NoSpec,
    NumberSpec,
    Option,
    PlainSpec,
    SignatureSpec,
    StaticSpec,
    TableSpec,
    TextSpec,
)
from forms.language import Json, Limit, Template
from forms.patterns import find_fault
from forms.source import Source

Made = tuple[Kind, PlainSpec]
AUTOCOMPLETE = re.compile(r"off|[a-z]+(-[a-z]+)*( [a-z]+(-[a-z]+)*)?")


def textfield(source: Source) -> Made:
    """One line of text, or a signature."""
    properties = source.within("properties")
    if properties.data.get("signature"):
        return signature(source)
    rules, looks = source.within("validate"), source.within("appearance")
    pattern = rules.text("pattern") or None
    fault = find_fault(pattern) if pattern else None
    if fault:
        source.report(f"validate.pattern: {fault}")
    autocomplete = properties.text("autocomplete")
    if autocomplete and not AUTOCOMPLETE.fullmatch(autocomplete):
        source.report("autocomplete must be a word of the HTML standard: off, name, tel, email …")
    validation = rules.word("validationType", ("email", "phone", "custom", ""), "").replace("custom", "") or None
    return Kind.TEXT, TextSpec(
        min_length=_length(rules, "minLength", 0, 500),
        max_length=_length(rules, "maxLength", 500, 2000),
        pattern=None if fault else pattern,
        validation=validation,
        prefix=looks.template("prefixAdorner"),
        suffix=looks.template("suffixAdorner"),
        placeholder=properties.template("placeholder"),
        autocomplete=autocomplete,
        personal=properties.flag("personal", default=validation is not None),
    )


def textarea(source: Source) -> Made:
    """Several lines of text."""
    rules, properties = source.within("validate"), source.within("properties")
    return Kind.AREA, TextSpec(
        min_length=_length(rules, "minLength", 0, 10_000),
        max_length=_length(rules, "maxLength", 10_000, 100_000),
        placeholder=properties.template("placeholder"),
        lines=properties.whole("rows", 4, least=2, most=40),
    )


def _length(rules: Source, name: str, default: int, most: int) -> Limit:
    limit = rules.limit(name)
    if limit.expr is not None:
        return limit
    if limit.value is None:
        return Limit(default)
    if not 0 <= limit.value <= most:
        rules.report(f"validate.{name} must be from 0 to {most}")
    return limit


def number(source: Source) -> Made:
    """A number, or an amount of money."""
    rules, looks, properties = source.within("validate"), source.within("appearance"), source.within("properties")
    money = properties.flag("money")
    low, high = rules.limit("min", Decimal), rules.limit("max", Decimal)
    increment = source.limit("increment", Decimal)
    if increment.expr is not None or (increment.value is not None and Decimal(increment.value) <= 0):
        source.report("increment must be a number above zero")
        increment = Limit()
    if money and source.data.get("decimalDigits") not in (None, 2):
        source.report("an amount has two decimals: leave decimalDigits out")
    decimals = None if source.data.get("decimalDigits") is None else source.whole("decimalDigits", 2, most=12)
    return (Kind.MONEY if money else Kind.NUMBER), NumberSpec(
        minimum=Limit("0") if money and low == Limit() else low,
        maximum=high,
        decimals=decimals,
        increment=increment.value,
        as_text=source.flag("serializeToString"),
        currency=_currency(properties) if money else "",
        prefix=looks.template("prefixAdorner"),
        suffix=looks.template("suffixAdorner"),
    )


def _currency(properties: Source) -> str:
    found = properties.text("currency", "CNY")
    if not re.fullmatch(r"[A-Z]{3}", found):
        properties.report("currency must be a code of three letters: CNY, USD, EUR …")
        return "CNY"
    return found


def moment(source: Source) -> Made:
    """A date, a time, or both."""
    subtype = source.word("subtype", ("date", "time", "datetime"), "date")
    properties = source.within("properties")
    if source.data.get("timeSerializingFormat") not in (None, "utc_offset"):
        source.warn("timeSerializingFormat has no effect: times are kept with the offset of the installation's zone")
    not_before, not_after = _bound(properties, "notBefore"), _bound(properties, "notAfter")
    if source.flag("disallowPassedDates"):
        not_before = Limit("today")
    if subtype == "time" and (not_before, not_after) != (Limit(), Limit()):
        source.report("notBefore, notAfter and disallowPassedDates need a date: use subtype date or datetime")
    return Kind(subtype), DateSpec(not_before, not_after)


def _bound(properties: Source, name: str) -> Limit:
    found = properties.text(name)
    if found.startswith("="):
        return Limit(expr=properties.compile(name, found))
    if found and found not in {"now", "today"} and not re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d.*)?", found):
        properties.report(f"{name} must be now, today, a date like 2026-09-30, or an =expression")
        return Limit()
    return Limit(found or None)


def checkbox(source: Source) -> Made:
    """A tick, or a signature."""
    if source.within("properties").data.get("signature"):
        return signature(source)
    return Kind.FLAG, FlagSpec()


def signature(source: Source) -> Made:
    """A signature."""
    properties = source.within("properties")
    found = str(properties.data.get("signature")).strip().lower()
    if found not in {"true", "password", "drawn"}:
        source.report("signature must be password, drawn or true (either)")
    modes = ("password", "drawn") if found == "true" else (found,)
    return Kind.SIGNATURE, SignatureSpec(modes, properties.template("signer"))


def choice(source: Source) -> Made:
    """One of several."""
    properties = source.within("properties")
    looks = [name for name in ("cards", "segments", "chips") if properties.flag(name)]
    if len(looks) > 1:
        source.report(f"{' and '.join(looks)} exclude each other; keep one")
    look = "select" if source.data.get("type") == "select" else (looks[0] if looks else "list")
    value_type = properties.word("valueType", ("text", "boolean", "integer"), "text")
    return Kind.CHOICE, _choice_spec(source, look, value_type)


def choices(source: Source) -> Made:
    """Any of several, or free words."""
    properties = source.within("properties")
    free = properties.flag("free")
    has_options = any(source.data.get(name) for name in ("values", "valuesKey", "valuesExpression"))
    if free and has_options:
        source.report("free words and options exclude each other; keep one")
    chips = properties.flag("chips") or source.data.get("type") == "taglist"
    if free:
        most = properties.whole("maxItems", 20, least=1, most=200)
        return Kind.TAGS, ChoiceSpec(free=True, min_items=properties.whole("minItems", 0), max_items=most)
    return Kind.CHOICES, _choice_spec(source, "chips" if chips else "list", "text")


def _choice_spec(source: Source, look: str, value_type: str) -> ChoiceSpec:
    properties = source.within("properties")
    given = [name for name in ("values", "valuesKey", "valuesExpression") if source.data.get(name)]
    if len(given) != 1:
        source.report("options are needed: exactly one of values, valuesKey, valuesExpression")
    key = source.text("valuesKey")
    dynamic = source.compile("valuesKey", key) if key else source.expr("valuesExpression")
    options = _options(source, properties, dynamic=dynamic is not None)
    allowed = {"boolean": r"true|false", "integer": r"-?\d{1,9}"}.get(value_type, r"[^\n]{1,200}")
    for option in options if dynamic is None else ():
        if not re.fullmatch(allowed, option.value):
            source.report(f"the option {option.value[:40]!r} does not fit valueType {value_type}")
    return ChoiceSpec(
        options,
        dynamic,
        look,
        value_type,
        properties.whole("minItems", 0),
        properties.whole("maxItems", 200, least=1),
    )


def _options(source: Source, properties: Source, *, dynamic: bool) -> tuple[Option, ...]:
    rows = source.data.get("values") or []
    if not isinstance(rows, list) or not all(
        isinstance(row, Mapping) and isinstance(row.get("value"), str) and row["value"].strip() for row in rows
    ):
        source.report("values must be a list of objects with label and value, both texts")
        return ()
    labels: dict[str, str] = {row["value"].strip(): str(row.get("label") or row["value"]).strip() for row in rows}
    if len(labels) < len(rows):
        source.report("two options have the same value")
    said = {
        name.split(".", 1)[1] for name in properties.data if re.match(r"(next|disabledWhen|disabledReason)\.", name)
    }
    if not dynamic:
        for value in sorted(said - set(labels)):
            source.report(f"there is no option {value[:40]!r} for its next, disabledWhen or disabledReason")
    return tuple(
        _option(source, properties, value, labels.get(value, "")) for value in [*labels, *sorted(said - set(labels))]
    )


def _option(source: Source, properties: Source, value: str, label: str) -> Option:
    when, reason = properties.expr(f"disabledWhen.{value}"), properties.template(f"disabledReason.{value}")
    if bool(properties.data.get(f"disabledWhen.{value}")) != bool(reason):
        source.report(f"disabledWhen.{value} and disabledReason.{value} need each other")
    shown = source.template_of("values", label)
    return Option(value, shown, properties.template(f"next.{value}"), when, reason)


def filepicker(source: Source) -> Made:
    """Files."""
    properties = source.within("properties")
    accept = tuple(each.strip().lower() for each in source.text("accept").split(",") if each.strip())
    for each in accept:
        if not re.fullmatch(r"\.[a-z0-9]{1,10}|[a-z]+/(\*|[a-z0-9.+-]+)", each):
            source.report(f"accept: {each[:40]!r} must be an ending like .pdf or a media type like image/*")
    multiple = source.flag("multiple")
    return Kind.FILES, FileSpec(
        accept,
        multiple,
        properties.size("maxSize", 20 * 1024**2),
        properties.whole("maxFiles", 10, least=1, most=100) if multiple else 1,
    )


def expression(source: Source) -> Made:
    """A computed value."""
    expr, properties = source.expr("expression"), source.within("properties")
    if expr is None:
        if not source.data.get("expression"):
            source.report("expression is missing")
        return Kind.COMPUTED, NoSpec()
    return Kind.COMPUTED, ComputedSpec(expr, properties.flag("money"), _currency(properties))


def table(source: Source) -> Made:
    """Rows of the case, to read."""
    columns: Json = source.data.get("columns")
    if source.data.get("columnsExpression"):
        source.report("columnsExpression is not read; list the columns")
    expr = source.expr("dataSource")
    if not isinstance(columns, list) or not columns or expr is None:
        source.report("a table needs a dataSource and columns, each with label and key")
        return Kind.TABLE, NoSpec()
    properties = source.within("properties")
    found = [Source(source.reading, source.id, each) for each in columns if isinstance(each, Mapping)]
    made = tuple(_column(each, properties) for each in found)
    about = tuple(f"{what}.{each.key}." for each in made for what in ("option", "money"))
    for name in properties.data:
        if name.startswith(("option.", "money.")) and not f"{name}.".startswith(about):
            source.report(f"{name[:60]} names no column: option.COLUMN.VALUE and money.COLUMN take the key of one")
    return Kind.TABLE, TableSpec(expr, made)


def _column(source: Source, properties: Source) -> Column:
    key = ".".join(source.key("key"))
    own = f"option.{key}."
    options = {name.removeprefix(own): properties.template(name) for name in properties.data if name.startswith(own)}
    money = properties.flag(f"money.{key}")
    return Column(source.template("label"), key, options, _currency(properties) if money else "")


def text(source: Source) -> Made:
    """Text to read."""
    found: Template = source.template("text")
    return Kind.STATIC, StaticSpec(found)


def _plain(kind: Kind) -> Callable[[Source], Made]:
    return lambda _source: (kind, NoSpec())


MAKERS: Mapping[str, Callable[[Source], Made]] = {
    "textfield": textfield,
    "textarea": textarea,
    "number": number,
    "datetime": moment,
    "checkbox": checkbox,
    "radio": choice,
    "select": choice,
    "checklist": choices,
    "taglist": choices,
    "filepicker": filepicker,
    "expression": expression,
    "table": table,
    "text": text,
    "group": _plain(Kind.GROUP),
    "separator": _plain(Kind.SEPARATOR),
    "spacer": _plain(Kind.SPACER),
}
"""What reads a component of each type; repeated groups are read by the reader, which knows components inside."""
