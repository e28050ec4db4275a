"""The engine's tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    _create_definitions()
    _create_instances()
    _create_tasks()
    _create_waiting()
    _create_history()
    append_only("event")
    append_only("submission")


def append_only(table: str) -> None:
    """Make the database itself refuse every change and deletion in a table."""
    message = f"{table} is append-only"
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{message}'; END $$"
    )
    for verb, level in (("update", "ROW"), ("delete", "ROW"), ("truncate", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
            f"FOR EACH {level} EXECUTE FUNCTION {table}_append_only()"
        )


def _create_definitions() -> None:
    op.create_table(
        "deployment",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("deployed_at", TIME, nullable=False),
        sa.Column("deployed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deployment"),
        sa.UniqueConstraint("digest", name="uq_deployment_digest"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "resource",
        sa.Column("id", ID, nullable=False),
        sa.Column(
            "deployment_id",
            ID,
            sa.ForeignKey("deployment.id", name="fk_resource_deployment_id_deployment"),
            nullable=False,
        ),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_resource"),
        sa.UniqueConstraint("deployment_id", "path", name="uq_resource_deployment_id_path"),
    )
    op.create_index("ix_resource_kind_key", "resource", ["kind", "key"])
    op.create_table(
        "process_definition",
        sa.Column("id", ID, nullable=False),
        sa.Column(
            "deployment_id",
            ID,
            sa.ForeignKey("deployment.id", name="fk_process_definition_deployment_id_deployment"),
            nullable=False,
        ),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("version", ID, nullable=False),
        sa.Column("version_tag", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("startable", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_process_definition"),
        sa.UniqueConstraint("key", "version", name="uq_process_definition_key_version"),
    )
    op.create_index("ix_process_definition_deployment_id", "process_definition", ["deployment_id"])
    op.create_table(
        "decision_definition",
        sa.Column("id", ID, nullable=False),
        sa.Column(
            "deployment_id",
            ID,
            sa.ForeignKey("deployment.id", name="fk_decision_definition_deployment_id_deployment"),
            nullable=False,
        ),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("version", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_decision_definition"),
        sa.UniqueConstraint("key", "version", name="uq_decision_definition_key_version"),
    )
    op.create_index("ix_decision_definition_deployment_id", "decision_definition", ["deployment_id"])


def _create_instances() -> None:
    op.create_table(
        "instance",
        sa.Column("id", ID, nullable=False),
        sa.Column(
            "definition_id",
            ID,
            sa.ForeignKey("process_definition.id", name="fk_instance_definition_id_process_definition"),
            nullable=False,
        ),
        sa.Column("business_key", sa.Text(), nullable=True),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("revision", ID, nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("started_by", sa.Text(), nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("end_element", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_instance"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_instance_business_key", "instance", ["business_key"], postgresql_ops={"business_key": "text_pattern_ops"}
    )
    op.create_index("ix_instance_definition_id_status_id", "instance", ["definition_id", "status", "id"])
    op.create_index("ix_instance_status_id", "instance", ["status", "id"])
    op.create_table(
        "variable",
        sa.Column(
            "instance_id",
            ID,
            sa.ForeignKey("instance.id", name="fk_variable_instance_id_instance"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("scope", ID, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", JSON, nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("instance_id", "scope", "name", name="pk_variable"),
    )
    op.create_index("ix_variable_name_text_instance_id", "variable", ["name", "text", "instance_id"])


def _create_tasks() -> None:
    op.create_table(
        "audience",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audience"),
        sa.UniqueConstraint("key", name="uq_audience_key"),
    )
    op.create_table(
        "audience_member",
        sa.Column("kind", sa.String(5), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column(
            "audience_id",
            ID,
            sa.ForeignKey("audience.id", name="fk_audience_member_audience_id_audience"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("kind", "value", "audience_id", name="pk_audience_member"),
    )
    op.create_table(
        "task",
        sa.Column("id", ID, nullable=False),
        sa.Column("instance_id", ID, sa.ForeignKey("instance.id", name="fk_task_instance_id_instance"), nullable=False),
        sa.Column("token", ID, nullable=False),
        sa.Column(
            "deployment_id", ID, sa.ForeignKey("deployment.id", name="fk_task_deployment_id_deployment"), nullable=False
        ),
        sa.Column("process_key", sa.Text(), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("form_ref", sa.Text(), nullable=True),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("assignee", sa.Text(), nullable=True),
        sa.Column("audience_id", ID, sa.ForeignKey("audience.id", name="fk_task_audience_id_audience"), nullable=False),
        sa.Column("candidate_users", JSON, nullable=False),
        sa.Column("candidate_groups", JSON, nullable=False),
        sa.Column("priority", ID, nullable=False),
        sa.Column("due_at", TIME, nullable=True),
        sa.Column("due_sort", TIME, nullable=False),
        sa.Column("follow_up_at", TIME, nullable=True),
        sa.Column("local", JSON, nullable=False),
        sa.Column("revision", ID, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("claimed_at", TIME, nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_task"),
        sa.UniqueConstraint("instance_id", "token", name="uq_task_instance_id_token"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_task_mine",
        "task",
        ["assignee", "due_sort", "id"],
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index(
        "ix_task_group",
        "task",
        ["audience_id", "assignee", "due_sort", "id"],
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index(
        "ix_task_due",
        "task",
        ["due_sort", "id"],
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index(
        "ix_task_element",
        "task",
        ["element", "instance_id"],
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )


def _create_waiting() -> None:
    op.create_table(
        "timer",
        sa.Column("id", ID, nullable=False),
        sa.Column("instance_id", ID, sa.ForeignKey("instance.id", name="fk_timer_instance_id_instance"), nullable=True),
        sa.Column(
            "definition_id",
            ID,
            sa.ForeignKey("process_definition.id", name="fk_timer_definition_id_process_definition"),
            nullable=True,
        ),
        sa.Column("token", ID, nullable=True),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("rhythm", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_timer"),
        sa.UniqueConstraint("instance_id", "token", name="uq_timer_instance_id_token"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_timer_due_at_id", "timer", ["due_at", "id"])
    op.create_table(
        "subscription",
        sa.Column("id", ID, nullable=False),
        sa.Column(
            "instance_id", ID, sa.ForeignKey("instance.id", name="fk_subscription_instance_id_instance"), nullable=True
        ),
        sa.Column(
            "definition_id",
            ID,
            sa.ForeignKey("process_definition.id", name="fk_subscription_definition_id_process_definition"),
            nullable=True,
        ),
        sa.Column("token", ID, nullable=True),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_subscription"),
        sa.UniqueConstraint("instance_id", "token", name="uq_subscription_instance_id_token"),
    )
    op.create_index("ix_subscription_name_kind_instance_id", "subscription", ["name", "kind", "instance_id"])
    op.create_table(
        "job",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("instance_id", ID, sa.ForeignKey("instance.id", name="fk_job_instance_id_instance"), nullable=True),
        sa.Column(
            "definition_id",
            ID,
            sa.ForeignKey("process_definition.id", name="fk_job_definition_id_process_definition"),
            nullable=True,
        ),
        sa.Column("token", ID, nullable=True),
        sa.Column("element", sa.Text(), nullable=True),
        sa.Column("topic", sa.Text(), nullable=True),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("attempts", ID, nullable=False),
        sa.Column("retries", sa.Text(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_job_due",
        "job",
        ["due_at", "id"],
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index("ix_job_instance_id_token", "job", ["instance_id", "token"])
    op.create_table(
        "incident",
        sa.Column("id", ID, nullable=False),
        sa.Column(
            "instance_id", ID, sa.ForeignKey("instance.id", name="fk_incident_instance_id_instance"), nullable=False
        ),
        sa.Column("token", ID, nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_incident"),
        sa.UniqueConstraint("instance_id", "token", name="uq_incident_instance_id_token"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_incident_created_at", "incident", ["created_at"])


def _create_history() -> None:
    op.create_table(
        "event",
        sa.Column("id", ID, nullable=False),
        sa.Column(
            "instance_id", ID, sa.ForeignKey("instance.id", name="fk_event_instance_id_instance"), nullable=False
        ),
        sa.Column("at", TIME, nullable=False),
        sa.Column("scheduled_at", TIME, nullable=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("element", sa.Text(), nullable=True),
        sa.Column("token", ID, nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("data", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_event_instance_id_id", "event", ["instance_id", "id"])
    op.create_table(
        "submission",
        sa.Column("id", ID, nullable=False),
        sa.Column(
            "instance_id", ID, sa.ForeignKey("instance.id", name="fk_submission_instance_id_instance"), nullable=False
        ),
        sa.Column("task_id", ID, sa.ForeignKey("task.id", name="fk_submission_task_id_task"), nullable=True),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("form_digest", sa.String(64), nullable=True),
        sa.Column("answers", JSON, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_submission"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_submission_instance_id_id", "submission", ["instance_id", "id"])
    op.create_index("ix_submission_task_id", "submission", ["task_id"])
