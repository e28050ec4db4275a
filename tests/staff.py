"""The units and people of a test, called by their keys where it does not name them."""

from functools import cache

from processes.people import organisation, passwords

PASSWORD = "correct horse battery"


@cache
def hashed(password):
    """To make a good hash is meant to take a while."""
    return passwords.hash_new(password, "low")


def settle(session, people, units=(), kind="unit", password=PASSWORD):
    """Make units, by their keys or with their names in both languages, and people with the groups that they are in."""
    named = units if isinstance(units, dict) else {key: (key, key) for key in units}
    for key, (chinese, english) in named.items():
        organisation.create_unit(session, key, name_zh=chinese, name_en=english, kind=kind)
    for login, groups in people.items():
        organisation.create_person(
            session, login, name_zh=login, name_en=login, password=hashed(password), groups=groups
        )
