"""Personal data that stays veiled until somebody asks for it: enough is left to recognise it by, not to use it."""


def veiled(text: str) -> str:
    """A phone number or e-mail address without its middle: `138****4021`, `l***@example.com`; of all else nothing."""
    if "@" in text:
        name, _, domain = text.rpartition("@")
        return f"{name[:1] if len(name) > 1 else ''}***@{domain}"
    digits = "".join(sign for sign in text if sign.isdigit())
    if len(digits) >= 9:
        return f"{digits[:3]}****{digits[-4:]}"
    return "****" if text.strip() else ""
