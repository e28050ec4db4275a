"""Personal data that stays veiled until somebody asks for it: enough is left to recognise it by, not to use it."""


def veiled(text: str) -> str:
    """A phone number or e-mail address without its middle: `138****4021`, `l***@example.com`; of all else nothing."""
    if "@" in text:
        name, _, domain = text.rpartition("@")
        return f"{name[:1] if len(name) > 1 else ''}***@{domain}"
    digits = _digits(text)
    if len(digits) >= 9:
        return f"{digits[:3]}****{digits[-4:]}"
    return "****" if text.strip() else ""


def contact_veiled(text: str) -> str:
    """The same in a field to fill in: what neither is a number nor an address, such as a name, stays readable."""
    return veiled(text) if "@" in text or len(_digits(text)) >= 9 else text


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())
