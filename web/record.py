"""Recording."""

from flask import Blueprint, Response

blueprint = Blueprint("record", __name__)



