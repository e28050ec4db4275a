"""Where letters go: files, the log, a mail server, or a list that tests look at."""

import re
import smtplib
import ssl
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Protocol

import idna
import structlog

from processes.errors import LetterRefused, MailRefused
from processes.settings import Settings

TIMEOUT_SECONDS = 30
"""How long a mail server may take to answer."""
ANSWER_SECONDS = 600
"""How long it may take to answer that it has a letter: it looks through it first."""
PARTING_SECONDS = 5
"""How long one waits for its goodbye."""


@dataclass(frozen=True)
class Message:
    """A letter that is ready to go; the key is the same at every attempt."""

    key: str
    template: str
    channel: str
    """email, or a way on paper: letter, fax, portal."""
    to: str
    subject: str
    text: str
    html: str
    written_at: datetime
    pdf: bytes | None = None
    """The letter as it is printed, where it goes along."""
    make_sure: Callable[[], None] = field(default=lambda: None, compare=False, repr=False)
    """Asked once more when a mail server is about to take it: until then others may have sent it; it raises then."""


class Mail(Protocol):
    """Anything that takes letters."""

    def send(self, message: Message) -> str:
        """Take the letter, again or for the first time; what to keep as a receipt."""


class RecordingMail:
    """Keeps letters in memory, for scenarios and tests."""

    def __init__(self) -> None:
        self.messages: dict[str, Message] = {}

    @property
    def sent(self) -> Counter[str]:
        """How many letters went out, by template."""
        return Counter(message.template for message in self.messages.values())

    def send(self, message: Message) -> str:
        """Keep it; a second attempt with the same key replaces the first."""
        self.messages[message.key] = message
        return f"recorded {message.key}"


def file_of(folder: Path, key: str) -> Path:
    """Where the letter of a key lies."""
    return folder / f"{re.sub(r'[^A-Za-z0-9-]', '_', key)}.eml"


def written_to(folder: Path, address: str, template: str) -> list[Path]:
    """The files of that template to an address, as long as they lie where they were written."""
    try:
        to = _in_ascii(address)
    except idna.IDNAError:
        return []  # nothing goes there
    return [file for file in sorted(folder.glob(f"{template}-*.eml")) if _address_in(file) == to]


def _address_in(file: Path) -> str:
    with file.open("rb") as content:
        return str(BytesHeaderParser().parse(content)["To"]).strip()


class FileMail:
    """Writes each letter to a file that a mail program opens."""

    def __init__(self, folder: Path, sender: str) -> None:
        """Take a folder, made when needed."""
        self.folder, self.sender = folder, sender

    def send(self, message: Message) -> str:
        """Write the file; a second attempt overwrites it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = file_of(self.folder, message.key)
        path.write_bytes(bytes(as_email(message, self.sender)))
        return path.name


class LogMail:
    """Only notes in the log that a letter would have gone out."""

    def send(self, message: Message) -> str:
        """Log template and key, never what the letter says."""
        structlog.get_logger().info("letter", template=message.template, key=message.key, channel=message.channel)
        return "logged"


class SmtpMail:
    """Hands letters to a mail server."""

    def __init__(self, settings: Settings) -> None:
        """Take the server from the settings."""
        self.settings = settings

    def send(self, message: Message) -> str:
        """Send it; MailRefused when the server will never take it, its other errors are the caller's to try again."""
        email = as_email(message, self.settings.mail_from)
        try:
            return self._deliver(email, message.make_sure)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise _lasting(message, codes, error) from error
        except smtplib.SMTPResponseException as error:
            raise _lasting(message, [error.smtp_code], error) from error

    def _deliver(self, email: EmailMessage, make_sure: Callable[[], None]) -> str:
        settings = self.settings
        server = _Server(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_SECONDS)
        server.make_sure = make_sure
        try:
            if settings.smtp_tls:
                server.starttls(context=ssl.create_default_context())
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password)
            server.send_message(email)
        finally:
            server.part()
        return str(email["Message-ID"])


class _Server(smtplib.SMTP):
    """A mail server that is given its time once it has a letter: who gives up on it sends what it may have taken."""

    make_sure: Callable[[], None]

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Hand over the letter if it is still ours, and wait as long for the answer as RFC 5321, 4.5.3.2.6, asks for.

        To get here may take longer than a lease, and whoever is cut off from the database meanwhile must not go on.
        """
        self.make_sure()
        if self.sock is not None:
            self.sock.settimeout(ANSWER_SECONDS)
        return super().data(msg)

    def part(self) -> None:
        """Say goodbye; whatever it says to that, it keeps what it has taken."""
        with suppress(OSError, smtplib.SMTPException):
            if self.sock is not None:
                self.sock.settimeout(PARTING_SECONDS)
            self.quit()
        self.close()


def _lasting(message: Message, codes: Iterable[int], error: Exception) -> Exception:
    """The error as the caller has to take it: answers from 500 on are final (RFC 5321, 4.2.1), others are not."""
    final = all(code >= 500 for code in codes)
    return MailRefused(letter=message.template, why=str(error)) if final else error


def make_mail(settings: Settings) -> Mail:
    """The way letters go as the settings say."""
    if settings.mail == "smtp":
        return SmtpMail(settings)
    return LogMail() if settings.mail == "log" else FileMail(Path(settings.mail_folder), settings.mail_from)


def _in_ascii(address: str) -> str:
    """The address as headers take it: a domain of another script by its name in ASCII (RFC 5891)."""
    before, at, domain = address.rpartition("@")
    return address if domain.isascii() else f"{before}{at}{idna.encode(domain, uts46=True).decode()}"


def as_email(message: Message, sender: str) -> EmailMessage:
    """As an e-mail whose id follows from the key, so that receivers see a repeated one once; LetterRefused."""
    email = EmailMessage()
    domain = sender.rpartition("@")[2] or "localhost"
    try:
        email["From"] = sender
        if message.to:
            email["To"] = Address(addr_spec=_in_ascii(message.to))
        email["Subject"] = message.subject
        email["Date"] = format_datetime(message.written_at)
        email["Message-ID"] = f"<{re.sub(r'[^A-Za-z0-9-]', '.', message.key)}@{domain}>"
    except Exception as error:  # noqa: BLE001 - the parser stumbles over some in ways of its own: AttributeError, NameError
        raise LetterRefused(letter=message.template, why=f"it cannot be addressed: {error}") from None
    email.set_content(message.text)
    email.add_alternative(message.html, subtype="html")
    if message.pdf is not None:
        email.add_attachment(message.pdf, maintype="application", subtype="pdf", filename=f"{message.template}.pdf")
    return email
