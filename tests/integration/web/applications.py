"""The pages' applications that this process has made: building one takes longer than many a test that visits it."""

from web.app import create_app

CONFIG = {"TESTING": True, "WTF_CSRF_ENABLED": False, "PARTS_PAGE": True, "LOOPBACK": True}

_free = []
"""Those that nobody visits now, each with the settings and the secret that it was made for."""


def borrow(kesu):
    """An application for an installation, set as a new one is; give it back when it is no longer visited."""
    for number, (app, *made_for) in enumerate(_free):
        if made_for == [kesu.settings, kesu.secret]:
            del _free[number]
            app.extensions["kesu"] = kesu
            return app
    app = create_app(kesu, CONFIG)
    app.extensions["at first"] = dict(app.config)
    return app


def give_back(app):
    """Take an application back; what a test has set is forgotten, the compiled templates stay."""
    kesu = app.extensions.pop("kesu")
    app.config.clear()
    app.config.update(app.extensions["at first"])
    _free.append((app, kesu.settings, kesu.secret))
