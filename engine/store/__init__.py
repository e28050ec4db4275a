"""The tables in which everything is remembered, and what their values may be; whoever knows one table knows all."""

from engine.store import definitions, schema, working

__all__ = ["definitions", "schema", "working"]
