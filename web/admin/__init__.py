"""The administrators' pages: instances, one instance, deployments, the calendar, people."""

from web.admin import acts, calendar, deployments, instance, instances, people
from web.admin.entrance import blueprint

__all__ = ["acts", "blueprint", "calendar", "deployments", "instance", "instances", "people"]
