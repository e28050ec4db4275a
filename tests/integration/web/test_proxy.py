"""What a proxy in front of Kesu says of the caller is believed; what anybody else says of a proxy is not."""

import urllib.request

import pytest
from flask import Flask, request
from serving import Server

from web.command.listening import behind


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


@pytest.mark.parametrize("proxy", [None, "192.0.2.1"])
def test_nobody_else_is_believed(ask, proxy):
    assert ask(proxy) == "127.0.0.1 http 127.0.0.1"
