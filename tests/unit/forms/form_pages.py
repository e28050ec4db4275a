"""Rendered forms as a browser and a screen reader see them."""

from form_samples import NOW, ZONE, joint, plan, review, slip
from lxml import html

from forms import render

HOW = {"translate": str, "locale": "en", "zone": ZONE, "now": NOW}
CASE = {
    "redo_count": 2,
    "max_redo": 2,
    "approved_amount": "15000.00",
    "case_no": "KB-2026-000717",
    "units": ["qc", "sales"],
}
FORMS = {"F02": slip, "F05": plan, "F07a": review, "F08": joint}


def page(form, values=None, errors=None, variables=CASE, **more):
    return html.fragment_fromstring(str(render(form, values, errors, variables, **HOW | more)), create_parent="form")


def live(tree):
    """The tree without what a browser keeps in templates."""
    for template in tree.xpath("//template"):
        template.getparent().remove(template)
    return tree


def name_of(tree, control):
    """The accessible name of a control."""
    if control.get("aria-labelledby"):
        return " ".join(text_of(tree.get_element_by_id(each)) for each in control.get("aria-labelledby").split())
    labels = tree.xpath("//label[@for=$id]", id=control.get("id")) if control.get("id") else []
    return " ".join(text_of(each) for each in labels or control.iterancestors("label"))


def text_of(element):
    return " ".join(element.text_content().split())


def pairs_of(tree):
    """What a browser sends."""
    found = []
    for control in live(tree).xpath("//input|//textarea|//select"):
        name, kind = control.get("name"), control.get("type")
        if not name or control.get("disabled") is not None or kind in {"file", "submit"}:
            continue
        if kind in {"radio", "checkbox"} and control.get("checked") is None:
            continue
        if control.tag == "select":
            chosen = control.xpath("option[@selected]") or control.xpath("option")[:1]
            found += [(name, each.get("value")) for each in chosen]
        elif control.tag == "textarea":
            found.append((name, (control.text or "").removeprefix("\n")))
        else:
            found.append((name, control.get("value")))
    return found
