"""Samples of values that PostgreSQL keeps for its planner, and what they are of is gone."""

from sqlalchemy import Connection

_EMPTY = """
DO $$ DECLARE held regclass; typed text; filled boolean; dropped text; made text; BEGIN
  FOR held, typed IN
    SELECT attrelid, string_agg(
      concat('ALTER ', quote_ident(each.attname), ' TYPE ', format_type(atttypid, atttypmod)), ', ')
    FROM pg_attribute AS each JOIN pg_class ON pg_class.oid = attrelid AND relkind = 'r'
    JOIN pg_stats ON schemaname = current_schema() AND tablename = relname AND pg_stats.attname = each.attname
    WHERE relnamespace = current_schema()::regnamespace GROUP BY attrelid
  LOOP
    FOR locked IN 0..1 LOOP
      EXECUTE 'SELECT EXISTS (SELECT FROM ' || held || ')' INTO filled;
      EXIT WHEN filled;
      EXECUTE 'LOCK TABLE ' || held || ' IN ACCESS EXCLUSIVE MODE';
    END LOOP;
    CONTINUE WHEN filled;
    SELECT string_agg(concat('DROP TRIGGER ', quote_ident(tgname), ' ON ', held, ';'), ''),
      string_agg(pg_get_triggerdef(oid) || ';', '')
    INTO dropped, made FROM pg_trigger WHERE tgrelid = held AND NOT tgisinternal;
    EXECUTE concat(dropped, 'ALTER TABLE ', held, ' ', typed, ';', made);
  END LOOP;
END $$
"""


def forget_of_empty(connection: Connection) -> None:
    """Let PostgreSQL forget the samples of tables that have no row any more, as their owner.

    ANALYZE keeps them there. Those of a column go when it is given a type, also the one that it has; no trigger may
    stand in the way of that, and nobody sees the table without its own.
    """
    connection.exec_driver_sql(_EMPTY)
