"""What goes out compressed, and what does not because its length could tell what stands in it."""

import gzip

import pytest
from flask import Flask, Response

from web.shell import compression

LONG = "a line of a page\n" * 400


@pytest.fixture
def client():
    app = Flask("web", static_folder=None)
    app.config.update(SESSION_COOKIE_SECURE=False)
    compression.install(app)
    app.add_url_rule("/page", view_func=lambda: LONG)
    app.add_url_rule("/short", endpoint="short", view_func=lambda: "short")
    app.add_url_rule("/photo", endpoint="photo", view_func=lambda: Response(LONG, mimetype="image/png"))
    return app.test_client()


def ask(client, address="/page", *, encodings="gzip, br", url="http://kesu", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get(address, base_url=url, headers={"Accept-Encoding": encodings, **named})


@pytest.mark.parametrize("by", ["same-origin", "none"])
def test_a_page_that_was_asked_for_here_is_compressed(client, by):
    answer = ask(client, url="https://kesu", Sec_Fetch_Site=by)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert int(answer.headers["Content-Length"]) == len(answer.data) < len(LONG) / 10
    assert gzip.decompress(answer.data).decode() == LONG


@pytest.mark.parametrize("by", ["cross-site", "same-site"])
@pytest.mark.parametrize("url", ["https://kesu", "http://kesu"])
def test_what_another_site_asks_for_is_not(client, by, url):
    answer = ask(client, url=url, Sec_Fetch_Site=by)
    assert "Content-Encoding" not in answer.headers
    assert answer.text == LONG


def test_of_a_browser_that_does_not_say_it_is_not_known_over_https_and_needs_not_without(client):
    assert "Content-Encoding" not in ask(client, url="https://kesu").headers
    assert ask(client, url="http://kesu").headers["Content-Encoding"] == "gzip"


def test_what_is_short_or_compressed_by_its_kind_or_not_taken_stays_as_it_is(client):
    for answer in (
        ask(client, "/short"),
        ask(client, "/photo"),
        ask(client, encodings="br"),
        ask(client, encodings="gzip;q=0"),
    ):
        assert "Content-Encoding" not in answer.headers
