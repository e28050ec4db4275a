"""A task."""

from flask import Blueprint, Response

blueprint = Blueprint("tasks", __name__)



