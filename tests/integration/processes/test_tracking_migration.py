"""Revision 0050 takes the hashes of tracking codes out; everything else of a case, its indexes and triggers stay."""

from sqlalchemy import create_engine, inspect, text

from processes.migrations import migrate

CASE = """
    INSERT INTO case_file (id, number, instance_id, title, description, status, opened_by, received_at, opened_at, language,
    tracking_hash, searched, procedure, grams) VALUES (7, 'KB-2026-000007', 1, '裂纹', 'd', 'open', 'sun',
    '2026-09-28 01:30:00', '2026-09-28 01:30:00', 'zh', 'abc', 'kb-2026-000007 裂纹', 'kb_sales_quality', '6c6f72')
"""


def shape(engine):
    """Columns, indexes and triggers of the cases, but for those of the hash; triggers of all tables."""
    columns = {each["name"] for each in inspect(engine).get_columns("case_file")} - {"tracking_hash"}
    told = "SELECT type || ' ' || name FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
    if engine.dialect.name == "postgresql":
        told = (
            "SELECT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal"
            " UNION SELECT 'index ' || indexname FROM pg_indexes WHERE tablename = 'case_file'"
        )
    with engine.connect() as connection:
        return columns, {*connection.scalars(text(told))} - {"index uq_case_file_tracking_hash"}


def test_the_hash_goes_and_nothing_else(new_database_url):
    migrate(new_database_url, "0049")
    engine = create_engine(new_database_url)
    before = shape(engine)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))  # without the instance
        connection.execute(text(CASE))
    migrate(new_database_url, "0050")
    assert "tracking_hash" not in {each["name"] for each in inspect(engine).get_columns("case_file")}
    assert [each <= other for each, other in zip(before, shape(engine), strict=True)] == [True, True]
    with engine.begin() as connection:
        assert connection.execute(text("SELECT id, number, title, grams FROM case_file")).one() == (
            7,
            "KB-2026-000007",
            "裂纹",
            "6c6f72",
        )
        connection.execute(text("UPDATE case_file SET grams = '616263' WHERE id = 7"))
        if engine.dialect.name == "sqlite":
            found = connection.scalar(text("SELECT rowid FROM case_gram WHERE case_gram MATCH '616263'"))
            assert found == 7
    engine.dispose()
