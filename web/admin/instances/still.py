"""What stands still by an administrator's word, above the list of instances: why, and the way to let it go on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from engine import Session, Suspension, deployments
from web.admin import show
from web.admin.instances.rows import cases_of
from web.shell import language
from web.shell.language import gettext as _
from web.shell.language import ngettext
from web.shell.people import Names

SHOWN, FOLDED, COUNTED = 3, 7, 99
"""So many stand above the list, so many more fold away, and so many beyond the first are counted."""
MOST = SHOWN + COUNTED + 1


@dataclass(frozen=True)
class Still:
    """A process with all its instances, or one instance."""

    text: str
    """What, since when, by whose word and why."""
    resume: str
    """Where one lets it go on."""
    words: str


@dataclass(frozen=True)
class Standing:
    """What stands still: whole processes before single instances."""

    shown: Sequence[Still]
    folded: Sequence[Still]
    more: str
    """How many there are beside those that are shown; empty for none."""
    whole: bool
    """Whether these are all."""


def standing(session: Session, every: Sequence[Suspension], called: Names) -> Standing:
    """What stands above the list, in a handful of statements, however much stands still."""
    found = every[: SHOWN + FOLDED]
    instances = [each.instance_id for each in found if each.instance_id is not None]
    cases = cases_of(session, instances) if instances else {}
    numbers = {instance: case.number for instance, case in cases.items()}
    told = [_told(session, each, numbers, called) for each in found]
    return Standing(told[:SHOWN], told[SHOWN:], _more(len(every) - SHOWN), len(found) == len(every))


def _more(number: int) -> str:
    if number > COUNTED:
        return _("%(num)s+ more stand still", num=COUNTED)
    return ngettext("%(num)s more stands still", "%(num)s more stand still", number) if number > 0 else ""


def _told(session: Session, each: Suspension, numbers: Mapping[int, str | None], called: Names) -> Still:
    told = {"who": called.person(each.by), "time": show.the_moment(each.at).text, "reason": each.reason}
    if each.process_key is not None:
        process = deployments.get_process_definition(session, each.process_key)
        name = language.say(process.name, process.deployment_id)
        said = _("All of %(name)s stands still: %(who)s stopped it at %(time)s, “%(reason)s”.", name=name, **told)
        return Still(said, url_for("admin.resume_process", key=each.process_key), _("Let all go on…"))
    assert each.instance_id is not None
    name = numbers.get(each.instance_id) or f"#{each.instance_id}"
    said = _("%(name)s stands still: %(who)s stopped it at %(time)s, “%(reason)s”.", name=name, **told)
    return Still(said, url_for("admin.resume", instance_id=each.instance_id), _("Let it go on…"))
