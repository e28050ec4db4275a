"""Drafts of registrations stay with whoever began them when they get the name of the procedure."""

from datetime import UTC, datetime

from sqlalchemy import create_engine, text

from processes.migrations import migrate

AT = datetime(2026, 9, 28, 1, 30, tzinfo=UTC)
DECLARED = 'key = "front"\n[register]\nprocess = "{process}"\ngroups = ["desk"]\n'


def test_open_drafts_are_kept(new_database_url):
    migrate(new_database_url, "0018")
    engine = create_engine(new_database_url)
    with engine.begin() as connection:
        for number, process in ((1, "old_intake"), (2, "intake")):
            connection.execute(
                text(
                    "INSERT INTO deployment (id, name, version, digest, deployed_at, deployed_by)"
                    " VALUES (:id, 'front', :id, :digest, :at, 'system')"
                ),
                {"id": number, "digest": str(number), "at": AT},
            )
            connection.execute(
                text(
                    "INSERT INTO resource (deployment_id, path, kind, digest, content)"
                    " VALUES (:id, 'procedure.toml', 'other', '', :content)"
                ),
                {"id": number, "content": DECLARED.format(process=process).encode()},
            )
        for subject in ("start:intake", "start:unknown", "task:7"):
            connection.execute(
                text("INSERT INTO draft (person, subject, \"values\", saved_at) VALUES ('li', :subject, '{}', :at)"),
                {"subject": subject, "at": AT},
            )
    migrate(new_database_url)
    with engine.begin() as connection:
        found = set(connection.execute(text("SELECT subject FROM draft")).scalars())
    engine.dispose()
    assert found == {"register:front", "start:unknown", "task:7"}
