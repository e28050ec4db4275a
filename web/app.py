"""The pages: Flask translates HTTP to forms, procedures and engine, and holds no rules of its own."""

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from jinja2 import FileSystemLoader, StrictUndefined

from web import frame, parts_page
from web.absences import pages as absences
from web.account import first_run, preferences, sign_in
from web.account import pages as account
from web.admin import blueprint as admin
from web.cases import (
    case_file,
    comments,
    exported,
    files,
    linked,
    looks,
    papers,
    printed_form,
    record,
    reopen,
    search,
)
from web.cases import pages as cases
from web.diagrams import drawings
from web.filling import contacts
from web.procedures import heat
from web.procedures import pages as procedures
from web.register import pages as register
from web.register import registered, start
from web.shell import compression, errors, health, language, numbers, security, static_files
from web.statistics import notices as notices_behind
from web.statistics import pages as statistics
from web.tasks import pages as tasks
from web.verify import pages as verify
from web.work import notices, saved_views, selected, snooze
from web.work import pages as work

if TYPE_CHECKING:
    from web.compose import Kesu

SUBJECTS = (
    sign_in,
    first_run,
    account,
    preferences,
    absences,
    work,
    tasks,
    snooze,
    selected,
    saved_views,
    notices,
    register,
    registered,
    start,
    cases,
    exported,
    contacts,
    comments,
    record,
    linked,
    reopen,
    search,
    files,
    papers,
    case_file,
    printed_form,
    drawings,
    procedures,
    heat,
    statistics,
    notices_behind,
    verify,
    parts_page,
    health,
)
"""One module with a blueprint a subject."""

MEGABYTE = 1024 * 1024


def create_app(kesu: "Kesu", config: Mapping[str, Any] | None = None) -> Flask:
    """The application for an installation.

    Args:
        kesu: the installation.
        config: Flask's own settings; `PARTS_PAGE` shows /parts to everybody who is signed in, for tests; `LOOPBACK`
            says that nobody but people at this machine can reach the pages; `HELD` that nothing of what is due is done.
    """
    app = Flask("web")
    app.url_map.converters["int"] = numbers.Number
    app.jinja_loader = FileSystemLoader(sorted(Path(app.root_path).glob("**/templates")))
    app.config.from_mapping(
        SECRET_KEY=kesu.secret,
        SESSION_COOKIE_NAME="kesu",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=os.environ.get("KESU_HTTPS") == "1",
        # the cookie lasts as long as a sign-in can; the sign-in itself ends on the server
        PERMANENT_SESSION_LIFETIME=timedelta(hours=kesu.settings.sign_in_most_hours),
        SESSION_REFRESH_EACH_REQUEST=False,
        MAX_CONTENT_LENGTH=kesu.settings.max_request_bytes,
        MAX_FORM_MEMORY_SIZE=2 * MEGABYTE,
        MAX_FORM_PARTS=5000,
        WTF_CSRF_TIME_LIMIT=None,
        PARTS_PAGE=False,
        LOOPBACK=False,
        HELD=False,
    )
    app.config.from_mapping(config or {})
    app.extensions["kesu"] = kesu
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    compression.install(app)  # before all others, so that it comes last when a page goes out
    language.install(app)
    security.install(app)
    CSRFProtect(app).exempt(verify.blueprint)  # strangers ask there, and nothing is changed
    sign_in.install(app)
    errors.install(app)
    static_files.install(app)
    frame.install(app)
    looks.install(app)
    for subject in SUBJECTS:
        app.register_blueprint(subject.blueprint)
    app.register_blueprint(admin)
    return app
