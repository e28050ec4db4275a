"""Tables for spreadsheets: UTF-8 with a mark so that they open as they are, nothing in them is taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

from processes.spreadsheet import harmless
from web.shell import here


def sheet(name: str, rows: Iterable[Sequence[str]]) -> Response:
    """Rows as a file to keep, named after what it is and the moment."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}-{here.now():%Y-%m-%d-%H%M}.csv"'}
    return Response("\ufeff" + text.getvalue(), mimetype="text/csv", headers=headers)
