"""Where an administrator can go from here."""

from flask import url_for

from engine import Session, overview
from web.shell.language import gettext as _
from web.shell.parts import Choice


def subjects(path: str) -> list[Choice]:
    """The subjects of the administrators' pages; the current one is that of the address."""
    named = {
        url_for("admin.instances"): _("Instances"),
        url_for("admin.deployments"): _("Deployments"),
        url_for("admin.calendar"): _("Calendar"),
        url_for("admin.people"): _("People"),
    }
    return [Choice(text, address, path.startswith(address)) for address, text in named.items()]


def views(current: str, session: Session) -> list[Choice]:
    """The ways to look at the instances."""
    incidents = overview.count_incidents(session)
    return [
        Choice(_("List"), url_for("admin.instances"), current == "list"),
        Choice(_("By element"), url_for("admin.by_element"), current == "element"),
        Choice(_("Incidents by cause"), url_for("admin.by_cause"), current == "cause", incidents or None, bad=True),
    ]
