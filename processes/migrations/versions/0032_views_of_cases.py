"""A saved view says of which list it is: of the work, or of the cases."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("saved_view", sa.Column("of_list", sa.String(10), nullable=False, server_default="work"))
