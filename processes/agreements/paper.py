"""The papers that are made of an agreement."""


def typeset(title: str, text: str, sha256: str) -> bytes:
    """For now."""
    return f"{title}\n\n{text}\n\n{sha256}\n".encode()
