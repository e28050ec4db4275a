"""How the server listens: what it takes of a request, whom it believes, and whether others can reach it."""

from ipaddress import ip_address
from typing import Any

from processes.settings import Settings

MOST_HEADS = 64 * 1024
"""Bytes of an address with all that a browser says beside it: a page repeats a part of it."""


def is_loopback(host: str, proxy: str | None) -> bool:
    """Whether only people at this machine reach the pages: no other address, and no proxy in front."""
    if proxy is not None:
        return False
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def options(settings: Settings, proxy: str | None) -> dict[str, Any]:
    """What waitress is told beside the address.

    Args:
        settings: with the limits.
        proxy: the address of the proxy in front; None where browsers call directly.
    """
    return {
        "ident": None,
        "max_request_body_size": settings.max_request_bytes,
        "max_request_header_size": MOST_HEADS,
        "connection_limit": settings.max_connections,
        "channel_timeout": 60,
        "cleanup_interval": 10,
        **behind(proxy),
    }


def behind(proxy: str | None) -> dict[str, Any]:
    """How the server takes what a proxy in front says of the caller; nobody else is believed.

    Args:
        proxy: its address; None where browsers call directly.
    """
    if proxy is None:
        return {"clear_untrusted_proxy_headers": True}
    believed = {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"}
    return {"trusted_proxy": proxy, "trusted_proxy_headers": believed, "clear_untrusted_proxy_headers": True}
