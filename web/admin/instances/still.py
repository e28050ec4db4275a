"""What stands still by an administrator's word, above the list of instances: why, and the way to let it go on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from engine import Session, Suspension, deployments
from web.admin import show
from web.admin.instances.rows import cases_of
from web.shell import language
from web.shell.language import gettext as _
from web.shell.people import Names


@dataclass(frozen=True)
class Still:
    """A process with all its instances, or one instance."""

    text: str
    """What, since when, by whose word and why."""
    resume: str
    """Where one lets it go on."""
    words: str


def standing(session: Session, found: Sequence[Suspension], called: Names) -> list[Still]:
    """Whole processes before single instances, the oldest first; a handful of statements for all instances."""
    instances = [each.instance_id for each in found if each.instance_id is not None]
    cases = cases_of(session, instances) if instances else {}
    numbers = {instance: case.number for instance, case in cases.items()}
    ordered = sorted(found, key=lambda each: each.process_key is None)
    return [_told(session, each, numbers, called) for each in ordered]


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
