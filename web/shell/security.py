"""What every answer tells the browser not to do."""

from itertools import chain

from flask import Flask, Response, abort, g, request
from flask.sessions import SecureCookieSessionInterface

from web.shell import here

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; manifest-src 'self'"
)
"""Own files only, no script in the page. Style attributes are let through: bpmn-js places its shapes with them."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


CHECKED = frozenset(
    {"tasks.complete", "tasks.fields", "tasks.draft", "tasks.preview", "start.start", "verify.look"}
    | {f"register.{act}" for act in ("register", "fields", "draft", "outlook")}
    | {f"{subject}.{act}" for subject in ("record", "reopen") for act in ("record", "ask", "fields")}
)
"""Where forms are handed in, which say beside a field what is wrong with it; and where strangers send a file, of which
no more is read than its page takes."""


class Cookies(SecureCookieSessionInterface):
    """The cookie of the sign-in, which goes over HTTPS only wherever the page has come so."""

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002 - as Flask asks
        """Whether browsers keep it to HTTPS."""
        return here.is_secure()


def install(app: Flask) -> None:
    """Add the headers; pages are not kept by caches, hashed files for a year."""
    app.session_interface = Cookies()

    @app.before_request
    def refuse_null() -> None:
        """No database takes a null character as text, and nobody types one."""
        typed = request.form.items(multi=True) if request.endpoint not in CHECKED else ()
        sent = chain(request.args.items(multi=True), typed)
        if "\0" in request.path or any("\0" in name or "\0" in text for name, text in sent):
            abort(400)

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        hashed = request.path.startswith("/static/build/") or (request.endpoint == "static" and "v" in request.args)
        if hashed and response.status_code == 200:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        elif not g.get("cached"):
            response.headers["Cache-Control"] = "no-store"
        if here.is_secure():
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response
