"""Deployments of before there were versions of folders are numbered by the migration."""

import sqlalchemy as sa

from engine.database import Database
from engine.deploy import deployments, versions
from engine.runtime import make_runtime
from processes.migrations import migrate

DEPLOYED = [
    (1, "kb_sales_quality", "system", {"main": 1, "gone": 1}),
    (2, "race", "lee", {"p": 1}),
    (3, "kb_sales_quality", "system", {"main": 2}),
    (4, "copy", "lee", {"p": 2}),
]


def test_of_each_folder_the_last_is_current(new_database_url):
    migrate(new_database_url, "0007")
    engine = sa.create_engine(new_database_url)
    with engine.begin() as connection:
        for number, name, by, processes in DEPLOYED:
            connection.execute(
                sa.text(
                    "INSERT INTO deployment (id, name, digest, deployed_at, deployed_by)"
                    " VALUES (:id, :name, :digest, '2026-11-01 08:00:00', :by)"
                ),
                {"id": number, "name": name, "digest": f"{number}" * 64, "by": by},
            )
            for key, version in processes.items():
                connection.execute(
                    sa.text(
                        "INSERT INTO process_definition (deployment_id, key, version, name, file, startable)"
                        " VALUES (:id, :key, :version, '', '', :yes)"
                    ),
                    {"id": number, "key": key, "version": version, "yes": True},
                )
    engine.dispose()
    migrate(new_database_url)
    database = Database(new_database_url, make_runtime())
    with database.reading() as session:
        found = deployments.list_deployments(session)
        assert [(each.name, each.version, each.origin, each.is_current) for each in reversed(found)] == [
            ("kb_sales_quality", 1, "shipped", False),
            ("race", 1, "own", False),
            ("kb_sales_quality", 2, "shipped", True),
            ("copy", 1, "own", True),
        ]
        current = deployments.list_process_definitions(session)
        assert [(each.key, each.version, each.deployment_id) for each in current] == [("main", 2, 3), ("p", 2, 4)]
        assert found[1].processes == {"main": current[0].id}
        assert [each.version for each in versions.activations(session, "kb_sales_quality")] == [2, 1]
    database.close()
