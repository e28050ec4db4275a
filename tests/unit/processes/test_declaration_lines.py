import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processes.procedures.lines import line_of, lines_of

TEXT = '''# a remark
key = "x"  # [no header]
name = { en = "A = [b]", zh = "乙" }
a.b = 1

[register]
groups = [
  "one",  # a remark ]
  'two',
]
"quoted key" = """
[[not]]
a "quote\\" and four """"

[[phases]]
key = "first"

[[phases]]
key = "second"
[[phases.inner]]
x = 1
[phases.table]
y = [[1, 2], [3]]

[summary]
lines = [
  { label = { en = "a", zh = "b" }, value = "=c" },
  { label = { en = "d", zh = "e" }, value = "=f" },
]
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("key",), 2),
        (("name", "zh"), 3),
        (("a", "b"), 4),
        (("register",), 6),
        (("register", "groups"), 7),
        (("register", "groups", 1), 9),
        (("register", "quoted key"), 11),
        (("phases", 0), 15),
        (("phases", 1, "key"), 19),
        (("phases", 1, "inner", 0, "x"), 21),
        (("phases", 1, "table", "y", 1, 0), 23),
        (("summary", "lines", 0, "label", "zh"), 27),
        (("summary", "lines", 1), 28),
        (("summary", "lines", 1, "value"), 28),
        (("phases", 1, "missing"), 18),
        (("missing",), 1),
        ((), 1),
    ],
)
def test_each_path_has_its_line(path, line):
    assert tomllib.loads(TEXT)
    assert line_of(lines_of(TEXT), path) == line


PARTS = st.recursive(
    st.integers() | st.text(alphabet="ab\"'=[]{}#.,\\\n客", max_size=6) | st.booleans(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("ab.é\"' ", min_size=1, max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), PARTS, max_size=4))
def test_nothing_of_a_text_is_lost(values):
    text = "".join(f"{key} = {written(value)}\n" for key, value in values.items())
    assert tomllib.loads(text) == values
    lines = lines_of(text)
    assert set(lines) == set(paths(values, ()))
    assert [lines[key,] for key in values] == list(range(1, len(values) + 1))


def written(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return "{" + ", ".join(f"{written(key)} = {written(each)}" for key, each in value.items()) + "}"


def paths(value, path):
    rows = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in rows:
        yield (*path, key)
        yield from paths(each, (*path, key))
