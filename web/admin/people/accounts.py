"""An account as administrators see it: when it was last used, what was done to it, and what can be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from engine import Json, Session
from processes.people import accounts, attempts, organisation, sign_ins
from processes.people.schema import DbPersonAct
from web.admin import show
from web.shell import here
from web.shell.language import gettext as _
from web.shell.parts import Act
from web.shell.people import Names, joined, names


@dataclass(frozen=True)
class ActRow:
    """Something that was done to an account."""

    at: show.Moment
    what: str
    who: str
    reason: str
    details: Sequence[str]


@dataclass(frozen=True)
class Account:
    """What is known of an account."""

    seen: show.Moment | None
    sign_ins: int
    locked_until: show.Moment | None
    failures: int
    must_change: bool
    own: bool
    acts: Sequence[Act]
    done: Sequence[ActRow]


def account_of(session: Session, login: str) -> Account:
    """The account of somebody; NotFound."""
    person, wrong = organisation.get_person(session, login), attempts.worst(session, login)
    locked = wrong.pause_until if wrong is not None else None
    called, own = names(session), login == here.actor().id
    open_ones = len(sign_ins.of_person(session, login, here.kesu().settings))
    return Account(
        seen=show.moment(person.last_seen_at),
        sign_ins=open_ones,
        locked_until=show.moment(locked) if _is_ahead(locked) else None,
        failures=wrong.failures if wrong is not None else 0,
        must_change=person.must_change_password,
        own=own,
        acts=[] if own else list(_acts(login, signed_in=open_ones > 0, locked=wrong is not None)),
        done=[_row(each, called) for each in accounts.acts_of(session, login)],
    )


def _is_ahead(moment: datetime | None) -> bool:
    return moment is not None and moment > here.now()


def _acts(login: str, *, signed_in: bool, locked: bool) -> list[Act]:
    found = [Act(_("Reset the password…"), url_for("admin.reset_password", login=login), "lock", dialog=True)]
    if locked:
        found.append(Act(_("Unlock…"), url_for("admin.unlock", login=login), "refresh", dialog=True))
    if signed_in:
        found.append(Act(_("Sign out everywhere…"), url_for("admin.sign_out", login=login), "logout", dialog=True))
    return found


def _row(act: DbPersonAct, called: Names) -> ActRow:
    said = {
        "added": _("added"),
        "changed": _("changed"),
        "password_changed": _("password changed"),
        "password_reset": _("password reset"),
        "unlocked": _("unlocked"),
        "signed_out": _("signed out everywhere"),
        "erased": _("all but the login taken out"),
        "substituted": _("somebody stands in"),
        "substitution_ended": _("a substitution ended"),
    }
    what, who = said.get(act.kind, act.kind), called.person(act.actor)
    return ActRow(show.the_moment(act.at), what, who, act.reason or "", _details(act.data, called))


def _details(data: Mapping[str, Json], called: Names) -> list[str]:
    """What was changed: before and after."""
    titles = {
        "name_zh": _("Name in Chinese"),
        "name_en": _("Name in English"),
        "email": _("E-mail"),
        "active": _("May sign in"),
        "groups": _("Units and roles"),
    }
    lines = [_("Who stands in: %(who)s", who=called.person(str(data["substitute"])))] if "substitute" in data else []
    for name, title in titles.items():
        found = data.get(name)
        if isinstance(found, list) and len(found) == 2 and (name != "groups" or isinstance(found[0], list)):
            before, after = (_said(each, called) for each in found)
            lines.append(f"{title}: {before} → {after}")
        elif found:
            lines.append(f"{title}: {_said(found, called)}")
    return lines


def _said(value: Json, called: Names) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return (joined(map(called.unit, value)) if isinstance(value, list) else str(value)) or "—"
