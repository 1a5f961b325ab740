"""Addresses of the web, however a person spells how they begin: phones like a capital there."""

from typing import Final

_BEGINS: Final = ("http://", "https://")


def web_address(text: str) -> str | None:
    """Return an address of the web, its scheme in small letters; None for what is none."""
    scheme, sign, rest = text.partition("://")
    address = f"{scheme.lower()}{sign}{rest}"
    return address if address.startswith(_BEGINS) else None


def is_web_address(text: str) -> bool:
    """Return whether a text is an address of the web."""
    return web_address(text) is not None
