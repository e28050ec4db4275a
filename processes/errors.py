"""What can go wrong in what the procedures share; each docstring is the message."""

from collections.abc import Sequence
from datetime import datetime

from engine.errors import KesuError, Refused
from processes.spreadsheet import LineFinding


class SettingRefused(KesuError):
    """The setting {name} cannot be read: {why}."""

    name: str
    why: str


class TablesNewer(KesuError):
    """A newer Kesu has changed the tables (revision {revision}), which this one does not know. Install that one."""

    revision: str


class TablesOlder(KesuError):
    """The tables are not of this version, and this role does not own them. Run `kesu migrate` as their owner."""


class TopicTwice(KesuError):
    """The topic {topic} is defined in {one} and in {other}; give it another name in one of them."""

    topic: str
    one: str
    other: str


class NoWorkingDays(KesuError):
    """There is no working day within ten years of {after}: the calendar has no working week."""

    after: object


class CalendarFileRefused(KesuError):
    """The calendar file was not taken, nothing was changed: {findings}."""

    findings: str
    lines: Sequence[object]


class UnitFileRefused(KesuError):
    """The file of units was not taken, nothing was changed: {findings}."""

    findings: str
    lines: tuple[LineFinding, ...]


class ChangeNotApproved(Refused):
    """{key} is changed by an approved case of {procedure} only: draft it there, or name the case that approved it.

    The setting changes_approved says whether that is asked for.
    """

    key: str
    procedure: str


class NotWhatWasApproved(Refused):
    """{number} has not approved exactly these files of {key}."""

    number: str
    key: str


class HeldAlready(Refused):
    """There is one about {month} already: {number}. Go on with that one."""

    month: str
    number: str


class NotTheOwner(KesuError):
    """Only the owner of the tables deletes what is kept: give that role in --database."""


class PersonStillHere(Refused):
    """{login} can still sign in: take that away on the page People first."""

    login: str


class CaseStillOpen(Refused):
    """{number} is not finished: what is known of people in it is still needed. Close it first."""

    number: str


class ShipmentFileRefused(KesuError):
    """The list of shipments was not taken, nothing was changed: {findings}."""

    findings: str
    lines: Sequence[object]


class ShipmentSourceRefused(KesuError):
    """The setting `shipments` names {source!r}, which cannot be used: {why}; write module:function, or leave it out."""

    source: str
    why: str


class DeadlineRefused(KesuError):
    """The table of deadlines gives {value!r} for {field}, which is no limit that can be computed."""

    field: str
    value: object


class OwnSubstitute(Refused):
    """Nobody stands in for themselves; choose somebody else."""


class SubstituteUnknown(Refused):
    """Choose who stands in: somebody who may sign in."""


class SubstitutionEmpty(Refused):
    """Choose at least one unit or role whose work is passed on."""


class SubstitutionDays(Refused):
    """The last day lies before the first, or is over already."""


class CaseClosedToAdmins(Refused):
    """What this case is about is not open to administrators; look into it with a reason first."""


class LoginTaken(Refused):
    """There is a person with the login {login} already."""

    login: str


class LoginRefused(Refused):
    """{login} cannot be a login: up to 60 letters, digits, dots and dashes, and none of the engine's own names."""

    login: str


class NameMissing(Refused):
    """Give a login and a name."""


class AddressWrong(Refused):
    """Write an e-mail address like name@example.com."""


class PasswordRefused(Refused):
    """The password was not changed."""


class PasswordSame(PasswordRefused):
    """This is the present password. Choose another one."""


class PasswordUnlike(PasswordRefused):
    """This is not the same as above. Type it once more."""


class PasswordLength(PasswordRefused):
    """A password has {least} to {most} characters."""

    least: int
    most: int


class PasswordCommon(PasswordRefused):
    """Many people choose this password or one like it, and it is soon guessed. Take three or four words in a row."""


class SomebodyThere(Refused):
    """There is somebody already, who adds further people under Administration."""


class OwnAccount(Refused):
    """Your own password is changed on your account page, by whoever knows the present one."""


class DraftTooLarge(Refused):
    """The draft is too large to be kept."""


class CaseErased(Refused):
    """The content of {number} was taken out on request: nothing is added to it any more."""

    number: str


class CommentEmpty(Refused):
    """The comment says nothing. Write a few words."""


class CommentTooLong(Refused):
    """The comment has {signs} signs, {most} are taken. Shorten it, or write a second one."""

    signs: int
    most: int


class ViewUnnamed(Refused):
    """The view needs a name of up to {most} signs."""

    most: int


class TooManyViews(Refused):
    """There are {most} views of yours already. Delete one first."""

    most: int


class FormToFill(Refused):
    """{element} has a form to fill in, or a draft that was begun. Open it."""

    element: str


class FileRefused(Refused):
    """{name} was not taken: {why}."""

    name: str
    why: str


class LetterRefused(KesuError):
    """The letter {letter} cannot be written: {why}."""

    letter: str
    why: str


class MailRefused(KesuError):
    """The mail server does not take the letter {letter}, now or later: {why}."""

    letter: str
    why: str


class PaperFailed(KesuError):
    """The PDF {title} could not be made: {why}."""

    title: str
    why: str


class AuthorityRefused(KesuError):
    """Nobody can be asked to approve by the table {table}: {why}."""

    table: str
    why: str


class AskedAlready(Refused):
    """{by} asked at {at:%Y-%m-%d %H:%M} for the case to be opened again; that is decided first."""

    by: str
    at: datetime


class UndoneAlready(Refused):
    """{by} said at {at:%Y-%m-%d %H:%M} that the two do not belong together; nothing is left to undo."""

    by: str
    at: datetime
