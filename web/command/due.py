"""What is due, for who has restored a back-up: to look before anything goes out again."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine import jobs, pending
from web.command.common import database_option, existing, settings_option

if TYPE_CHECKING:
    from processes.mail import Message


class _HasLeft:
    """Takes letters that had left before: nothing goes out."""

    def __init__(self, reason: str) -> None:
        self.count = 0
        self._reason = reason

    def send(self, message: "Message") -> str:
        """Only make sure that nobody sends it at this moment."""
        message.make_sure()
        self.count += 1
        return f"had left before: {self._reason}"


@click.command()
@database_option
@settings_option
def due(url: str, settings_file: Path | None) -> None:
    """What is due now: letters, timers, messages, the longest due first; says only.

    A line each: the number of the job, what is done, since when it is due, the process, the case, the element.
    """
    with existing(url, settings_file) as kesu, kesu.database.reading() as session:
        for each in pending.due(session):
            since = each.due_at.astimezone(kesu.runtime.zone)
            of = each.business_key or each.instance_id
            told = each.id, each.what, f"{since:%Y-%m-%d %H:%M}", each.process_key, of, each.element
            click.echo("\t".join(str(part or "-") for part in told))


@click.command()
@click.argument("numbers", nargs=-1, required=True, type=int)
@click.option("--reason", required=True, help="How it is known that they had left; stands with each letter.")
@database_option
@settings_option
def left(numbers: tuple[int, ...], reason: str, url: str, settings_file: Path | None) -> None:
    """Write down that letters had left before the database was restored, by the NUMBERS that `kesu due` tells.

    They are kept with their cases as they would be written now and count as sent now; nothing goes out.
    Their cases go on.
    """
    if not reason.strip():
        raise click.UsageError("Say why: how it is known that they had left.")
    with existing(url, settings_file) as kesu:
        with kesu.database.reading() as session:
            waiting = {each.id for each in pending.due(session) if each.what in _letters()}
        if others := [str(each) for each in numbers if each not in waiting]:
            told = "nothing was changed, see `kesu due`"
            raise click.ClickException(f"no letter waits under {', '.join(others)}: {told}")
        kesu.office.mail = mail = _HasLeft(reason.strip())
        rest = []
        for number in dict.fromkeys(numbers):
            before = mail.count
            jobs.run_job(kesu.database, number)
            if mail.count == before:
                rest.append(str(number))
    click.echo(f"{mail.count} letters count as sent")
    if rest:
        told = "somebody else has it, its case stands still, it goes by hand, or it could not be written"
        raise click.ClickException(f"not these, see their cases: {', '.join(rest)} ({told})")


def _letters() -> frozenset[str]:
    """The services that send letters and have no other effect, those of former diagrams among them."""
    from processes.services import formers

    return frozenset({"letter.send"}.union(*(each.OUTSIDE for each in formers.modules())))
