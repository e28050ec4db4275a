"""Phone numbers are searched by their digits alone, too."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BETWEEN = " -()+/.\u00a0"
"""What people write between the digits of a phone number."""


def upgrade() -> None:
    digits = "phone"
    for sign in BETWEEN:
        digits = f"replace({digits}, '{sign}', '')"
    op.execute(f"UPDATE case_file SET searched = searched || ' ' || {digits} WHERE phone IS NOT NULL")  # noqa: S608 - our own signs
