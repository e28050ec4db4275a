"""Diagrams."""

from flask import Blueprint, Response

blueprint = Blueprint("diagrams", __name__)



