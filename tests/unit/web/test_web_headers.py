"""What is said around an answer: names of files that cannot say more, limits of the server."""

import pytest

from processes.settings import Settings
from processes.spreadsheet import harmless
from web.cases import files
from web.command.listening import options


@pytest.mark.parametrize(
    ("kind", "place"), [("text/plain", "attachment"), ("message/rfc822", "attachment"), ("image/png", "inline")]
)
def test_what_a_browser_might_run_is_saved_and_its_name_begins_no_other_line(kind, place):
    headers = files._file(b"x", kind, 'a"; filename=b.exe\r\nSet-Cookie: c=1').headers
    assert headers["Content-Disposition"].startswith(f"{place}; filename*=UTF-8''a%22%3B%20filename%3Db.exe%0D%0A")
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "Set-Cookie" not in headers


def test_connections_are_limited_and_those_that_say_nothing_are_closed():
    told = options(Settings(max_connections=7), None)
    assert (told["connection_limit"], told["channel_timeout"], told["max_request_header_size"]) == (7, 60, 64 * 1024)
    assert told["ident"] is None  # what answers is nobody's business


@pytest.mark.parametrize("proxy", [None, "192.0.2.1"])
def test_a_proxy_is_believed_where_it_was_named_and_of_others_all_is_thrown_away(proxy):
    told = options(Settings(), proxy)
    assert (told.get("trusted_proxy"), told["clear_untrusted_proxy_headers"]) == (proxy, True)


@pytest.mark.parametrize("cell", ["=1+1", " =1+1", "+1 (2)", "-x", "@a", "＝1", "\t=1", "\r\n=1"])
def test_no_cell_is_a_formula(cell):
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["-1.50", "12", "a=b", ""])
def test_other_cells_stay_as_they_are(cell):
    assert harmless(cell) == cell
