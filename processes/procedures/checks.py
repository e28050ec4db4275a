"""What is wrong with the declaration of a folder: names that do not exist, phases nobody reaches, settings unknown."""

from engine import Deployable, Finding
from processes.procedures import options, reading
from processes.settings import Settings


def check(folder: Deployable, settings: Settings) -> list[Finding]:
    """All findings about the declaration among the files of a folder."""
    found = reading.read_files(folder.files)
    if found is None:
        return []
    refused = [found.finding((), str(each)) for each in options.refused(settings, found.procedure)]
    return [*found.findings, *refused]
