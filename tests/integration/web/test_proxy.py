"""What a proxy in front of Kesu says of the caller is believed; what anybody else says of a proxy is not."""

import re
import urllib.error
import urllib.request

import pytest
from flask import Flask, request
from serving import Server

from processes.settings import Settings
from web.command.listening import behind, options


@pytest.fixture
def ask():
    servers = []

    def ask(proxy):
        app = Flask("proxied")
        app.add_url_rule("/", view_func=lambda: f"{request.remote_addr} {request.scheme} {request.host}")
        server = Server(app, **behind(proxy))
        servers.append(server)
        headers = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "kesu.example"}
        asked = urllib.request.Request(f"{server.address}/", headers=headers)
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return answer.read().decode().replace(f":{server.port}", "")

    yield ask
    for server in servers:
        server.stop()


def test_the_proxy_in_front_is_believed(ask):
    assert ask("127.0.0.1") == "203.0.113.9 https kesu.example"


def test_cookies_go_over_https_only_where_the_page_came_so(hall):
    form = {"login": "wang", "password": "correct horse battery"}
    for scheme, secure in (("https", True), ("http", False)):
        answer = hall.visitor().post("/sign-in", data=form, base_url=f"{scheme}://kesu.example")
        cookies = answer.headers.getlist("Set-Cookie")
        assert [("Secure" in each, "HttpOnly" in each) for each in cookies] == [(secure, True)] * 2
        assert ("Strict-Transport-Security" in answer.headers) is secure


def test_requests_that_are_too_large_are_refused_while_they_come_in():
    app = Flask("listening")
    app.add_url_rule("/", view_func=lambda: f"{len(request.get_data())}", methods=["POST"])
    server = Server(app, **options(Settings(max_file_bytes=1000, max_request_bytes=2000), None))
    try:
        with urllib.request.urlopen(f"{server.address}/", data=b"x" * 1500, timeout=10) as answer:
            assert answer.read() == b"1500"
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{server.address}/", data=b"x" * 3000, timeout=10)
        assert refused.value.code == 413
        refused.value.close()
    finally:
        server.stop()


def test_static_files_come_compressed_and_are_kept_for_ever(hall):
    client = hall.visitor()
    page = client.get("/sign-in").text
    addresses = re.findall(r'"(/static/[^"#]+)"', page)
    assert len(addresses) > 3
    for address in addresses:
        packed_for = {"Accept-Encoding": "gzip, br"}
        with client.get(address) as plain, client.get(address, headers=packed_for) as packed:
            assert "immutable" in plain.headers["Cache-Control"]
            assert plain.content_type == packed.content_type
            if address.endswith((".js", ".css")):
                assert (plain.content_encoding, packed.content_encoding) == (None, "br")
                assert packed.content_length * 2 < plain.content_length
                assert "Accept-Encoding" in packed.headers["Vary"]


@pytest.mark.parametrize("proxy", [None, "192.0.2.1"])
def test_nobody_else_is_believed(ask, proxy):
    assert ask(proxy) == "127.0.0.1 http 127.0.0.1"
