"""Files."""

from flask import Blueprint, Response

blueprint = Blueprint("files", __name__)



