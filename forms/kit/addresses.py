"""E-mail addresses that a letter can reach."""

from email_validator import EmailNotValidError, validate_email

from forms.language.messages import N_, Message, sentence

RESERVED = ("local", "localhost", "test")
"""Domains that are reserved for networks of one's own: there may be a mail server in the house."""

WRONG_EMAIL = sentence("email", N_("Write an e-mail address like name@example.com."))
UNREACHABLE = sentence(
    "email_name",
    N_("No letter reaches this address: before the @ there may be letters a to z, digits and . _ - + only."),
)


def wrong_address(text: str) -> Message | None:
    """What is wrong with an address; domains of any script are right, they have a name in ASCII, too (RFC 5890)."""
    before, _, domain = text.rpartition("@")
    if not before.isascii():
        return UNREACHABLE()
    if domain.rpartition(".")[2].lower() in RESERVED:
        domain = f"{domain}.example"
    if "." not in domain.replace("\u3002", "."):
        return WRONG_EMAIL()
    try:
        validate_email(
            f"{before}@{domain}", check_deliverability=False, allow_smtputf8=False, globally_deliverable=False
        )
    except EmailNotValidError:
        return WRONG_EMAIL()
    return None
