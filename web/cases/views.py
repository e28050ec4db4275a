"""The saved views above the list of cases."""

from dataclasses import dataclass

from flask import url_for

from engine import Session
from processes.desk import saved_views
from web.cases import filters
from web.shell import here


@dataclass(frozen=True)
class View:
    """One of them, above the list."""

    name: str
    address: str
    current: bool
    delete: str


def of_reader(session: Session, wanted: filters.Asked) -> list[View]:
    """The reader's own; the one that the list shows is the current one."""
    kept = [view for view in saved_views.of(session, here.actor(), "cases") if view.person == here.actor().id]
    found = [(view, filters.read(view.asked)) for view in kept]
    return [
        View(
            view.name,
            asked.address(),
            asked.parameters == wanted.parameters,
            url_for("views.delete", of_list="cases", number=view.id),
        )
        for view, asked in found
    ]
