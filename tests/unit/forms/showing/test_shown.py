"""What of the case a form shows to be read."""

from form_samples import NOW, ZONE, read

from forms import shown_names

TABLE = {"type": "table", "id": "t", "dataSource": "=rows", "columns": [{"label": "Item", "key": "item"}]}


def shown(*components, **variables):
    return shown_names(read(*components), variables, zone=ZONE, now=NOW)


def text(key, read_from=None, **more):
    own = {"properties": {"readFrom": read_from}} if read_from else {}
    return {"type": "textfield", "id": key, "key": key, "label": key} | own | more


def test_fields_that_read_a_variable_and_tables_show_it():
    assert shown(text("a", "=cause"), text("b"), TABLE) == {"cause", "rows"}


def test_what_is_worked_out_or_is_a_part_is_not_the_variable_itself():
    assert shown(text("a", "=cause + solution"), text("b", "=remedy.kind")) == set()


def test_what_is_hidden_is_not_shown():
    hidden = text("a", "=cause", conditional={"hide": "=cause = null"})
    assert shown(hidden) == set()
    assert shown(hidden, cause="Weld line") == {"cause"}
