"""All tables of the procedures beside the engine's, for whoever needs to know the whole."""

from processes.agreements import schema as agreements
from processes.cases import schema as cases
from processes.clock import schema as clock
from processes.desk import schema as desk
from processes.letters import schema as letters
from processes.people import schema as people
from processes.shipments import schema as shipments
from processes.statistics import schema as statistics

__all__ = ["agreements", "cases", "clock", "desk", "letters", "people", "shipments", "statistics"]
