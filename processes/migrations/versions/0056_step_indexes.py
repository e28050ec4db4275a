"""A step writes fewer indexes: one for the places of tasks, and on SQLite none for the values of variables."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

OPEN = sa.text("status = 'open'")
PLACE = ["element", "process_key", "deployment_id", "instance_id"]


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.drop_index("ix_variable_name_text_instance_id", "variable")
    op.drop_index("ix_task_element", "task")
    op.drop_index("ix_task_place", "task")
    op.create_index("ix_task_place", "task", PLACE, sqlite_where=OPEN, postgresql_where=OPEN)
