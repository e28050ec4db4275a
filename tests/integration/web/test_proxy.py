"""What a proxy in front of Kesu says of the caller is believed; what anybody else says of a proxy is not."""

import re
import socket
import urllib.error
import urllib.request
from contextlib import suppress

import pytest
from flask import Flask, request
from serving import Server

from processes.settings import Settings
from web.app import create_app
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
        said = [("Secure" in each, "HttpOnly" in each, "SameSite=Lax" in each) for each in cookies]
        assert said == [(secure, True, True)] * 2
        assert ("Strict-Transport-Security" in answer.headers) is secure


def test_an_installation_that_says_so_lets_no_cookie_go_another_way(hall, monkeypatch):
    monkeypatch.setenv("KESU_HTTPS", "1")
    assert create_app(hall.kesu).config["SESSION_COOKIE_SECURE"] is True
    monkeypatch.delenv("KESU_HTTPS")
    config = create_app(hall.kesu).config
    assert (config["SESSION_COOKIE_SECURE"], config["MAX_CONTENT_LENGTH"]) == (False, Settings().max_request_bytes)


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


@pytest.mark.parametrize(("most", "length"), [(1, 2 * 1024 * 1024), (5000, 1)], ids=["long", "many"])
def test_fields_are_so_long_and_so_many_at_most(hall, most, length):
    """In pieces, as forms with files come: the size of each other one is that of the whole."""
    client = hall.visitor("sun")
    longer = (length + 1, 1) if most == 1 else (length, most + 1)
    for (size, number), status in (((length, most), 404), (longer, 413)):
        part = '--x\r\nContent-Disposition: form-data; name="f"\r\n\r\n' + "y" * size + "\r\n"
        body = part * number + "--x--\r\n"
        answer = client.post("/tasks/999/claim", data=body, content_type="multipart/form-data; boundary=x")
        assert answer.status_code == status, (size, number)


@pytest.mark.parametrize(
    ("heads", "answered"),
    [
        ("POST / HTTP/1.1\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG", ["400"]),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n1\r\na\r\n0\r\n\r\n", ["400"]),
        ("POST / HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", ["400"]),
        ("POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", ["400"]),
        ("POST / HTTP/1.1\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n", ["400"]),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", ["200", "200"]),
        ("POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\na", ["200", "200"]),
    ],
)
def test_what_two_servers_may_read_differently_is_refused_and_nothing_after_it_is_read(heads, answered):
    app = Flask("listening")
    app.add_url_rule("/", view_func=lambda: "ok", methods=["GET", "POST"])
    server = Server(app, **options(Settings(), None))
    try:
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as asked, suppress(ConnectionError):
            asked.sendall(f"{heads}GET / HTTP/1.1\r\nConnection: close\r\n\r\n".encode())
            told = b"".join(iter(lambda: asked.recv(10_000), b"")).decode()
    finally:
        server.stop()
    assert re.findall(r"HTTP/1\.\d (\d+)", told) == answered


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
