"""The pages' applications that this process has made: building one takes longer than many a test that visits it."""

from typing import ClassVar

from jinja2 import BytecodeCache

from web.app import create_app

CONFIG = {"TESTING": True, "WTF_CSRF_ENABLED": False, "PARTS_PAGE": True, "LOOPBACK": True}

_free = []
"""Those that nobody visits now, each with the settings and the secret that it was made for."""


class Compiled(BytecodeCache):
    """The templates that any application has compiled."""

    kept: ClassVar = {}

    def load_bytecode(self, bucket):
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket):
        self.kept[bucket.key] = bucket.bytecode_to_string()


def borrow(kesu):
    """An application for an installation, set as a new one is; give it back when it is no longer visited."""
    for number, (app, *made_for) in enumerate(_free):
        if made_for == [kesu.settings, kesu.secret]:
            del _free[number]
            app.extensions["kesu"] = kesu
            return app
    app = create_app(kesu, CONFIG)
    app.jinja_env.bytecode_cache = Compiled()
    app.extensions["at first"] = dict(app.config)
    return app


def give_back(app):
    """Take an application back; what a test has set is forgotten, the compiled templates stay."""
    kesu = app.extensions.pop("kesu")
    app.config.clear()
    app.config.update(app.extensions["at first"])
    _free.append((app, kesu.settings, kesu.secret))
