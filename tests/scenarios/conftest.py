"""Stages of scenarios begin with what is migrated and checked once a run."""

import shutil

import pytest
from sqlalchemy import make_url


@pytest.fixture(autouse=True)
def prepared(sqlite_template, checked_once, monkeypatch):
    """The commands of a test migrate and check as little as they can; the migrations have tests of their own."""
    monkeypatch.setattr("web.stages.migrate", lambda url: shutil.copy(sqlite_template, make_url(url).database))
