"""PostgreSQL finds the youngest cases with a word first: beside its grams stands in which era a case was numbered."""

from alembic import op

# ruff: noqa: S608 - our own names

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

GRAMS = (
    "ARRAY(SELECT ('x' || lpad(gram, 8, '0'))::bit(32)::int FROM unnest(string_to_array({row}.grams, ' ')) AS gram)"
    " || ({row}.id >> 13)::int"
)
"""A gram as a number has room for two Chinese signs or three Latin ones; what is cut off finds too much, never less."""

FILL = f"INSERT INTO case_gram SELECT case_file.id, {GRAMS.format(row='case_file')} FROM case_file ORDER BY id"
INDEX = "CREATE INDEX ix_case_gram_grams ON case_gram USING gin (grams) WITH (fastupdate = off)"


def upgrade() -> None:
    """Only there: SQLite's index gives the youngest first as it is."""
    if op.get_bind().dialect.name == "sqlite":
        return
    op.execute("DROP INDEX ix_case_file_grams")
    op.execute("CREATE TABLE case_gram (case_id BIGINT PRIMARY KEY, grams INT[] NOT NULL)")
    op.execute(FILL)
    op.execute(INDEX)
    op.execute(
        "CREATE FUNCTION case_gram_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"INSERT INTO case_gram VALUES (NEW.id, {GRAMS.format(row='NEW')}) "
        "ON CONFLICT (case_id) DO UPDATE SET grams = EXCLUDED.grams; RETURN NULL; END $$"
    )
    op.execute(
        "CREATE FUNCTION case_gram_gone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "DELETE FROM case_gram WHERE case_id = OLD.id; RETURN NULL; END $$"
    )
    changed = "UPDATE OF grams ON case_file FOR EACH ROW WHEN (OLD.grams IS DISTINCT FROM NEW.grams)"
    for name, when, does in (
        ("added", "INSERT ON case_file FOR EACH ROW", "kept"),
        ("changed", changed, "kept"),
        ("removed", "DELETE ON case_file FOR EACH ROW", "gone"),
    ):
        op.execute(f"CREATE TRIGGER case_gram_{name} AFTER {when} EXECUTE FUNCTION case_gram_{does}()")
