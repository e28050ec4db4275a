"""A signature: who, when, how, and the hash of what was signed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from forms.kit.comparison import Comparison
from forms.kit.field import Field
from forms.kit.kind import Input, LookedAt, Refused
from forms.kit.reader import Reader
from forms.kit.said import said
from forms.kit.source import Source
from forms.kit.view import View
from forms.kit.written import input_written
from forms.language.expressions import Json, Sight
from forms.language.messages import N_, Message, sentence
from forms.language.template import NO_TEXT, Template

MODES = ("password", "drawn")
SIGNED = N_("Signed by {by}, {at}")
SIGNED_BEFORE = N_("{signer}, {at}; taken by {by}")
UNSIGNED = sentence("required_signature", N_("Sign here."))
UNCONFIRMED = sentence("signature", N_("The signature was not confirmed. Sign again."))
WRONG_MODE = sentence("signature_mode", N_("Sign in one of these ways: {allowed}."))


@dataclass(frozen=True)
class Signature:
    """A signature that the caller has verified: the password was right, or somebody has drawn.

    A client cannot send one as JSON; that is what makes it count.
    """

    kind: str
    """password or drawn."""
    by: str
    """The person's id, or the name of a signer who has no account."""
    at: str
    """When, ISO 8601 with offset."""
    sha256: str = ""
    """Hash of what was signed; empty = to be computed from the answers it comes with."""
    file: Mapping[str, Json] | None = None
    """Where the drawing is kept."""

    def as_json(self) -> dict[str, Json]:
        """As it is stored among the answers."""
        found: dict[str, Json] = {"kind": self.kind, "by": self.by, "at": self.at, "sha256": self.sha256}
        return found | ({"file": dict(self.file)} if self.file is not None else {})


def as_signature(value: Json) -> Signature | None:
    """A Signature from an object or from a mapping of the caller's; None when it is not one."""
    if isinstance(value, Signature):
        return value
    if not isinstance(value, Mapping) or value.get("kind") not in MODES:
        return None
    by, at, digest, file = (value.get(key) for key in ("by", "at", "sha256", "file"))
    if not (isinstance(by, str) and by and isinstance(at, str) and at):
        return None
    return Signature(value["kind"], by, at, str(digest or ""), file if isinstance(file, Mapping) else None)


@dataclass(frozen=True)
class SignatureView(View):
    """Who signed, or the ways to sign."""

    modes: tuple[str, ...] = ()
    signer: str = ""
    value: str = ""

    @property
    def group_id(self) -> str:
        """The id of the fieldset: that of the field when the password inside does not take it."""
        return f"{self.id}-group" if "password" in self.modes and not self.value else self.id


@dataclass(frozen=True)
class Signing(Input):
    """A place to sign: by password, drawn, or as the person likes."""

    name = "signature"
    written = tuple(
        input_written(each, (), ("signature", "signer"), "properties.signer") for each in ("textfield", "checkbox")
    )
    said = (N_("Your password, in place of a signature"), N_("Drawing a signature needs JavaScript."))
    missed = staticmethod(UNSIGNED)
    signs = True

    modes: tuple[str, ...] = MODES
    signer: Template = NO_TEXT

    @classmethod
    def takes(cls, source: Source) -> bool:
        """What has the property signature."""
        return bool(source.within("properties").data.get("signature"))

    @classmethod
    def read(cls, source: Source) -> Self:
        """The field as the file says it."""
        properties = source.within("properties")
        found = str(properties.data.get("signature")).strip().lower()
        if found not in {"true", *MODES}:
            source.report(said("signature must be password, drawn or true (either)"))
        return cls(MODES if found == "true" else (found,), properties.template("signer"))

    def looks_at(self) -> Iterator[LookedAt]:
        """Who is to sign."""
        yield self.signer

    def convert(self, raw: Json, zone: ZoneInfo) -> Json:  # noqa: ARG002 it has its own time
        """As it is stored; only a Signature counts, which no client can send as JSON: the caller has verified it."""
        if not isinstance(raw, Signature):
            raise Refused(UNCONFIRMED())
        return raw.as_json()

    def check(self, value: Json, sight: Sight) -> Message | None:  # noqa: ARG002 its ways are plain
        """Whether it was signed in one of the ways."""
        return None if value["kind"] in self.modes else WRONG_MODE(allowed=", ".join(self.modes))

    def shown(self, value: Json, sight: Sight, reader: Reader) -> str:
        """Who signed, and when; before whom, where it is not the signed-in person."""
        signature = as_signature(value)
        if signature is None:
            return ""
        unknown = None in self.signer.values(sight.lookup).values()
        signer = "" if unknown else reader.say(self.signer, sight).strip()
        said = {"signer": signer, "by": signature.by, "at": reader.moment(signature.at)}
        return reader.tell(Message("", SIGNED_BEFORE if signer else SIGNED, said))

    def compared(
        self,
        before: Json,  # noqa: ARG002 a signature is never changed
        after: Json,
        sights: tuple[Sight, Sight],
        reading: Comparison,
    ) -> Markup:
        """Who signed, and the beginning of the hash."""
        signature = as_signature(after)
        said = escape(self.shown(after, sights[1], reading.reader))
        if signature is None or not signature.sha256:
            return said
        return said + Markup(' <span class="m x" title="SHA-256 {}">SHA-256 {}…</span>').format(
            signature.sha256, signature.sha256[:12]
        )

    def view(self, field: Field) -> View:
        """Who signed, or the ways to sign."""
        done = self.shown(field.written, field.sight, field.reader)
        return field.made(SignatureView, "signature", modes=self.modes, signer=field.say(self.signer), value=done)
