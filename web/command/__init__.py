"""The `kesu` command; each module holds the commands of one subject."""

import click

from web.command.common import Commands, Place

PLACES = {
    "run": Place(
        "web.command.serve:run", "Migrate, deploy the shipped procedures, serve pages and timers in one process."
    ),
    "web": Place(
        "web.command.scale:pages",
        "Serve pages and nothing else; what falls due is done by `kesu worker`.",
    ),
    "worker": Place(
        "web.command.scale:worker",
        "Do what falls due, timers, letters, reminders, and nothing else; any number of them.",
    ),
    "demo": Place(
        "web.command.serve:demo",
        "Fill in demo people and some two hundred cases of three months; can be run again at any time.",
    ),
    "migrate": Place(
        "web.command.serve:migrate_tables",
        "Bring the tables to the newest form, as their owner.",
    ),
    "deploy": Place(
        "web.command.versions:deploy",
        "Make folders, or each folder below them, the current versions, all or none; what has not changed makes none.",
    ),
    "deployments": Place(
        "web.command.versions:list_versions",
        "The versions of all folders, or of one with who made which one current, when and why.",
    ),
    "activate": Place(
        "web.command.versions:activate",
        "Make a version of a folder the current one: what starts from now on starts on it.",
    ),
    "export": Place(
        "web.command.versions:export",
        "Write the files of a version to a folder that is not there yet, or empty: to be changed and deployed again.",
    ),
    "lint": Place(
        "web.command.lint:lint",
        "Check files and folders beside one another and the shipped ones, as a deployment does.",
    ),
    "calendar": Place(
        "web.command.calendar:calendar", "The working calendar: make-up working days, days of rest, company closures."
    ),
    "organisation": Place(
        "web.command.organisation:organisation", "The units and roles, which diagrams name by their keys."
    ),
    "person": Place(
        "web.command.person:person",
        "The people who sign in: the first administrator, and whoever waits for a pause to end.",
    ),
    "purge": Place(
        "web.command.retention:purge", "Delete finished cases older than the setting `retention_days` with all traces."
    ),
    "due": Place(
        "web.command.due:due", "What is due now: letters, timers, messages, the longest due first; says only."
    ),
    "left": Place(
        "web.command.due:left",
        "Write down that letters had left before the database was restored, by the NUMBERS that `kesu due` tells.",
    ),
    "erase": Place(
        "web.command.retention:erase",
        "Take what is known of people out of finished cases, by their NUMBERS; what statistics need stays.",
    ),
    "scenario": Place(
        "web.command.scenario:scenario",
        "Play scenarios: tests that a process owner can read.",
    ),
    "settings": Place(
        "web.command.settings:settings",
        "Every setting of the installation and of each procedure: value, default, where it comes from, and why.",
    ),
    "shipments": Place(
        "web.command.shipments:shipments", "The list of shipments, by which a complaint's order and lot are checked."
    ),
    "start": Place(
        "web.command.start:start", "Start the current version of a process; prints the number of the instance."
    ),
    "suspend": Place(
        "web.command.suspend:suspend",
        "Let a process (its key) or an instance (its number) stand still: nothing starts, fires or is completed.",
    ),
    "suspended": Place(
        "web.command.suspend:suspended",
        "What stands still, since when, by whose word and why.",
    ),
    "resume": Place(
        "web.command.suspend:resume",
        "Let a process (its key) or an instance (its number) go on; what fell due meanwhile is done now.",
    ),
    "trace": Place(
        "web.command.trace:trace", "List rule, element and scenario for folders, by default the shipped ones."
    ),
    "topics": Place(
        "web.command.topics:topics", "Every topic that a service task may name, with its inputs, outputs and errors."
    ),
}
"""Where each command is found, and what `kesu --help` says of it without importing any."""


@click.group(cls=Commands, places=PLACES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kesu")
def main() -> None:
    """Complaint procedures that run as the BPMN diagrams on your wall."""
    from web.command.logs import configure

    configure()
