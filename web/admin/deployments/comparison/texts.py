"""What a file of translations says of each text."""

from processes import catalogue
from web.admin.deployments.comparison.place import Place


def read(content: bytes) -> dict[str, Place]:
    """The texts that are translated, each with its translation."""
    return {
        text: Place("translation", text, facts={"text": said}, whole=said)
        for text, said in catalogue.parse(content).items()
    }
