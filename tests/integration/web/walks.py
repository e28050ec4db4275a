"""Every address of the application, to be tried by those who may not see something."""

from urllib.parse import unquote

OUTSIDE = {"static", "sign_in.leave"}
"""Files that are the same for everybody, and what would end the visit."""
CHOICES = {"of_list": ("work", "cases"), "scope": (0,), "tongue": ("en",), "path": ("procedure.toml",)}
"""Parts of an address that stand for the same wherever one walks."""


def addresses(hall, known, method):
    """Every address of the application that takes the method, filled in; a number may be that of anything else, too.

    KeyError for a part of an address of which nobody says what it stands for.
    """
    assert set(hall.app.view_functions) >= OUTSIDE
    for rule in hall.app.url_map.iter_rules():
        if method not in rule.methods or rule.endpoint in OUTSIDE:
            continue
        names = sorted(rule.arguments)
        choices = [{}]
        for name in names:
            values = range(1, 6) if name == "number" and "int:number" in rule.rule else (CHOICES | known)[name]
            choices = [{**chosen, name: value} for chosen in choices for value in values]
        with hall.app.test_request_context():
            for chosen in choices:
                yield rule.endpoint, hall.app.url_map.bind("").build(rule.endpoint, chosen, method=method)


def told(answer):
    """Everything that an answer says, its heads as well."""
    heads = unquote(str(answer.headers))
    return answer.get_data().decode(errors="replace") + heads
