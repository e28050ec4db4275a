"""Browsers on which somebody has signed in before: they carry a signed cookie, and strangers keep nobody out there."""

import secrets
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network

from flask import request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from processes.people.attempts import ADDRESS
from processes.people.organisation import normal_login
from web.shell import here

COOKIE = "kesu_known"
YEAR = 365 * 24 * 3600
MOST = 20
"""So many people are remembered on one browser; who has not signed in for the longest is forgotten first."""


def place(login: str) -> str:
    """Where an attempt to sign in with that name comes from: a browser that knows the name, or an address."""
    browser, known = _carried()
    if _sign(browser, login) in known:
        return f"browser {sha256(browser.encode()).hexdigest()[:40]}"
    return f"{ADDRESS}{address()}"


def address() -> str:
    """Where a request comes from; of IPv6 the network: who has one address there has as many as there are."""
    try:
        found = ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return str(ip_network((found, 64), strict=False))
    return str(getattr(found, "ipv4_mapped", None) or found)


def remember(response: Response, login: str) -> None:
    """Let the browser carry that this person has signed in on it."""
    browser, known = _carried()
    browser = browser or secrets.token_urlsafe(16)
    mine = _sign(browser, login)
    carried = [browser, *[each for each in known if each != mine][-MOST + 1 :], mine]
    text = _serializer().dumps(carried)
    response.set_cookie(COOKIE, text, max_age=YEAR, samesite="Lax", httponly=True, secure=here.is_secure())


def _carried() -> tuple[str, list[str]]:
    try:
        browser, *known = _serializer().loads(request.cookies.get(COOKIE, ""))
    except (BadSignature, ValueError, TypeError):
        return "", []
    return browser, known


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(here.kesu().secret, salt="known browser")


def _sign(browser: str, login: str) -> str:
    """What the cookie has for a name: who reads it learns no names."""
    return sha256(f"{browser} {normal_login(login)}".encode()).hexdigest()[:24]
