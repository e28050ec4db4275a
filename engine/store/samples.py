"""Samples of values that PostgreSQL keeps for its planner, and what they are of is gone."""

from sqlalchemy import Connection

_EMPTY = """
DO $$ DECLARE held regclass; told record; triggers text[]; filled boolean; BEGIN
  FOR held IN SELECT oid FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' LOOP
    EXECUTE 'SELECT EXISTS (SELECT FROM ' || held || ')' INTO filled;
    CONTINUE WHEN filled;
    EXECUTE 'LOCK TABLE ' || held || ' IN ACCESS EXCLUSIVE MODE';
    EXECUTE 'SELECT EXISTS (SELECT FROM ' || held || ')' INTO filled;
    CONTINUE WHEN filled;
    triggers = array(SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = held AND NOT tgisinternal);
    FOR told IN SELECT tgname FROM pg_trigger WHERE tgrelid = held AND NOT tgisinternal LOOP
      EXECUTE 'DROP TRIGGER ' || quote_ident(told.tgname) || ' ON ' || held;
    END LOOP;
    FOR told IN
      SELECT each.attname, format_type(atttypid, atttypmod) AS kind FROM pg_attribute AS each
      JOIN pg_class ON pg_class.oid = attrelid
      JOIN pg_stats ON schemaname = current_schema() AND tablename = relname AND pg_stats.attname = each.attname
      WHERE attrelid = held
    LOOP
      EXECUTE 'ALTER TABLE ' || held || ' ALTER COLUMN ' || quote_ident(told.attname) || ' TYPE ' || told.kind;
    END LOOP;
    FOR told IN SELECT unnest(triggers) AS made LOOP EXECUTE told.made; END LOOP;
  END LOOP;
END $$
"""


def forget_of_empty(connection: Connection) -> None:
    """Let PostgreSQL forget the samples of tables that have no row any more, as their owner.

    ANALYZE keeps them there. Those of a column go when it is given a type, also the one that it has; no trigger may
    stand in the way of that, and nobody sees the table without its own.
    """
    connection.exec_driver_sql(_EMPTY)
