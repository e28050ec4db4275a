"""The `kesu` command; each module holds the commands of one subject."""

import click

from web.command.common import Commands

PLACES = {
    "run": "web.command.serve:run",
    "web": "web.command.scale:pages",
    "worker": "web.command.scale:worker",
    "demo": "web.command.serve:demo",
    "migrate": "web.command.serve:migrate_tables",
    "deploy": "web.command.versions:deploy",
    "deployments": "web.command.versions:list_versions",
    "activate": "web.command.versions:activate",
    "export": "web.command.versions:export",
    "lint": "web.command.lint:lint",
    "calendar": "web.command.calendar:calendar",
    "organisation": "web.command.organisation:organisation",
    "person": "web.command.person:person",
    "purge": "web.command.retention:purge",
    "erase": "web.command.retention:erase",
    "scenario": "web.command.scenario:scenario",
    "settings": "web.command.settings:settings",
    "shipments": "web.command.shipments:shipments",
    "start": "web.command.start:start",
    "suspend": "web.command.suspend:suspend",
    "suspended": "web.command.suspend:suspended",
    "resume": "web.command.suspend:resume",
    "trace": "web.command.trace:trace",
    "topics": "web.command.topics:topics",
}
"""Where each command is found."""


@click.group(cls=Commands, places=PLACES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kesu")
def main() -> None:
    """Complaint procedures that run as the BPMN diagrams on your wall."""
    from web.command.logs import configure

    configure()
