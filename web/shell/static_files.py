"""The bundled scripts, styles, icons and font: their hashed addresses, cached for ever."""

import json
import mimetypes
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request, send_from_directory, url_for
from markupsafe import Markup
from werkzeug.security import safe_join

CODINGS = {"br": "br", "gzip": "gz"}
"""How files are compressed, the smallest first, by what browsers call it."""
BUILD = Path(__file__).parents[1] / "static" / "build"


class NotBuilt(Exception):
    """The pages' scripts and styles are missing: run `make install`, or `npm run build`."""


class StaticFiles:
    """What the build made, by the names that templates use."""

    def __init__(self, folder: Path = BUILD) -> None:
        """Look at the manifest when it is first needed."""
        self.folder = folder
        self._addresses: dict[tuple[str, str], str] = {}
        self._icons: dict[tuple[str, str, str], Markup] = {}

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """Hashed file names by plain name; NotBuilt when there is none."""
        try:
            found: dict[str, Any] = json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise NotBuilt(NotBuilt.__doc__) from None
        return found

    def address(self, name: str) -> str:
        """Where a file such as `app.css` is served, under a name that changes with what stands in it."""
        key = request.root_path, name
        if key not in self._addresses:
            self._addresses[key] = self._address(name)
        return self._addresses[key]

    def _address(self, name: str) -> str:
        if name in self.manifest:
            return url_for("static", filename=f"build/{self.manifest[name]}")
        return url_for("static", filename=name, v=self._digests[name])

    @cached_property
    def _digests(self) -> dict[str, str]:
        """Of the files that are not built."""
        files = (each for each in self.folder.parent.iterdir() if each.is_file())
        return {each.name: sha256(each.read_bytes()).hexdigest()[:12] for each in files}

    def icon(self, name: str, look: str = "") -> Markup:
        """An icon of the sprite, for the eye only; KeyError for one that icons.txt does not list."""
        key = request.root_path, name, look
        if key not in self._icons:
            self._icons[key] = self._icon(name, look)
        return self._icons[key]

    def _icon(self, name: str, look: str) -> Markup:
        if name not in self.manifest["icons"]:
            raise KeyError(f"icons.txt does not list {name}")
        text = '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>'
        return Markup(text).format(  # noqa: S704 - a constant, its gaps are escaped
            f"i {look}".strip(), self.address("icons.svg"), name
        )


def install(app: Flask) -> StaticFiles:
    """Make `asset(…)` and `icon(…)` known to the templates."""
    files = StaticFiles()
    files.manifest  # noqa: B018 - an installation without them does not start
    app.jinja_env.globals.update(asset=files.address, icon=files.icon)
    app.extensions["static_files"] = files
    app.view_functions["static"] = send
    return files


def send(filename: str) -> Response:
    """A file as small as the browser takes it: the build has compressed it before."""
    folder = Path(current_app.static_folder or "")
    for coding, ending in CODINGS.items():
        packed = safe_join(str(folder), f"{filename}.{ending}")
        if packed is not None and request.accept_encodings[coding] > 0 and Path(packed).is_file():
            kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
            response = send_from_directory(folder, f"{filename}.{ending}", mimetype=kind)
            response.headers["Content-Encoding"] = coding
            break
    else:
        response = send_from_directory(folder, filename)
    response.headers["Vary"] = "Accept-Encoding"
    return response


def sprite() -> str:
    """The address of the icons, for what renders outside the templates."""
    files = current_app.extensions["static_files"]
    assert isinstance(files, StaticFiles)
    return files.address("icons.svg")
