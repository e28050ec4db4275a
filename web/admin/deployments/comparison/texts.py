"""What a file of translations says of each text."""

from io import BytesIO

from babel.messages.pofile import read_po

from web.admin.deployments.comparison.place import Place


def read(content: bytes) -> dict[str, Place]:
    """The texts that are translated, each with its translation."""
    return {
        str(message.id): Place(
            "translation", str(message.id), facts={"text": str(message.string)}, whole=str(message.string)
        )
        for message in read_po(BytesIO(content))
        if message.id
    }
