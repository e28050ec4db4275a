"""Who has taken a job and until when, in whose queue it waits; processes and instances that stand still."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
ALLOWANCE = 1000
"""What the messages may lead to that were under way."""


def upgrade() -> None:
    op.add_column("job", sa.Column("queue", sa.Text(), nullable=False, server_default=""))
    op.add_column("job", sa.Column("allowance", ID, nullable=False, server_default=str(ALLOWANCE)))
    op.add_column("job", sa.Column("owner", sa.Text()))
    op.add_column("job", sa.Column("leased_until", TIME))
    op.get_bind().execute(
        sa.text(
            "UPDATE job SET queue = coalesce((SELECT d.key FROM process_definition d WHERE d.id = coalesce("
            "job.definition_id, (SELECT i.definition_id FROM instance i WHERE i.id = job.instance_id))), '')"
        )
    )
    for name, which in (("service", "="), ("step", "<>")):
        where = sa.text(f"status = 'open' AND kind {which} 'service'")
        columns = ["queue", "due_at", "id"]
        op.create_index(f"ix_job_{name}", "job", columns, sqlite_where=where, postgresql_where=where)
    op.create_table(
        "lease",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("leased_until", TIME, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_lease"),
    )
    op.create_table(
        "suspension",
        sa.Column("id", ID, nullable=False),
        sa.Column("process_key", sa.Text()),
        sa.Column("instance_id", ID),
        sa.Column("at", TIME, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ended_at", TIME),
        sa.Column("ended_by", sa.Text()),
        sa.Column("end_reason", sa.Text()),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name="fk_suspension_instance_id_instance"),
        sa.PrimaryKeyConstraint("id", name="pk_suspension"),
        sqlite_autoincrement=True,
    )
    for name, column in (("process", "process_key"), ("instance", "instance_id")):
        where = sa.text(f"ended_at IS NULL AND {column} IS NOT NULL")
        op.create_index(
            f"uq_suspension_{name}", "suspension", [column], unique=True, sqlite_where=where, postgresql_where=where
        )
