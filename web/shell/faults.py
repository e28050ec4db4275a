"""What people read whose step led into a fault: that what they entered is kept, not that all is well."""

from flask import flash

from web.shell.language import gettext as _


def kept(name: str) -> None:
    """Say so on the next page, with who has to mend what stands in the way."""
    said = _("Your answers are kept: %(name)s. The case is stopped by a fault; the administrator is told.", name=name)
    flash(said, "warn")
