"""Addresses on cards: written, chosen, read and moved."""

from base64 import urlsafe_b64encode
from collections.abc import Callable

from homeassistant.components.http.security_filter import FILTERS
from homeassistant.core import HomeAssistant
from hypothesis import given, strategies as st
import pytest

from custom_components.yoto_smart_stream.streaming.addresses import (
    AddressChoice,
    InvalidBaseUrlError,
    NoBaseUrlError,
    base_url,
    icon_path,
    moved,
    normalise_base_url,
    read_stream_url,
    stream_path,
)


def test_a_stream_path() -> None:
    """Short, and with nothing in it but the token and an opaque name."""
    assert stream_path("abc_-1", "01") == "/api/yoto_smart_stream/s/abc_-1/01.mp3"
    assert icon_path("abc_-1", "R0") == "/api/yoto_smart_stream/i/abc_-1/R0.png"


@pytest.mark.parametrize("text", ["", "a/b", "..", "a.b", "ä", "a b", "a?b", "a%20b", "x" * 65])
def test_nothing_else_gets_into_a_path(text: str) -> None:
    """A title or a file name in a URL would tell tales, and trip Home Assistant's filter."""
    for path in (stream_path, icon_path):
        with pytest.raises(ValueError, match="letters"):
            path(text, "01")
        with pytest.raises(ValueError, match="letters"):
            path("token", text)


@given(st.binary(min_size=16, max_size=16))
def test_no_token_looks_like_an_attack(random: bytes) -> None:
    """Home Assistant refuses URLs that look like attacks; ours never do."""
    token = urlsafe_b64encode(random).decode().rstrip("=")
    assert not FILTERS.search(stream_path(token, "01"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://192.168.1.5:8123", "http://192.168.1.5:8123"),
        (" https://home.example.org/ ", "https://home.example.org"),
        ("https://example.org/yoto/", "https://example.org/yoto"),
        ("HTTP://Example.org:80", "http://example.org"),
        ("http://[fd00::1]:8123/", "http://[fd00::1]:8123"),
    ],
)
def test_a_base_url(text: str, expected: str) -> None:
    """A scheme, a host, perhaps a port and a prefix; no slash at the end."""
    assert normalise_base_url(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "home.example.org",
        "//example.org",
        "ftp://example.org",
        "http://",
        "http:///path",
        "https://example.org?x=1",
        "https://example.org/?",
        "https://example.org/#top",
        "https://me:secret@example.org",
        "https://me@example.org",
        "http://example.org:port",
        "http://example.org:99999",
        "http://[::1",
    ],
)
def test_what_is_no_base_url(text: str) -> None:
    """Everything else is refused, with a reason that repeats nothing of it."""
    with pytest.raises(InvalidBaseUrlError) as caught:
        normalise_base_url(text)
    assert "secret" not in str(caught.value)


type Urls = tuple[str | None, str | None, str | None]
LAN, OUT, OWN = "http://10.0.0.2:8123", "https://x.example", "https://y.example"


@pytest.mark.parametrize(
    ("choice", "urls", "expected"),
    [
        ("automatic", (LAN, OUT, None), LAN),
        ("automatic", (None, OUT, None), OUT),
        ("automatic", (LAN, OUT, OWN), LAN),
        ("internal", (LAN, OUT, OWN), LAN),
        ("internal", (None, OUT, OWN), None),
        ("external", (LAN, OUT, OWN), OUT),
        ("external", (LAN, None, OWN), None),
        ("own", (LAN, OUT, OWN), OWN),
        ("own", (LAN, OUT, f"{OWN}/"), OWN),
        ("own", (LAN, OUT, None), None),
        ("automatic", (None, None, None), None),
    ],
)
async def test_which_base_url_is_taken(
    hass: HomeAssistant, choice: str, urls: Urls, expected: str | None
) -> None:
    """The one that is wanted; where there is none that is said, and nothing is guessed."""
    hass.config.internal_url, hass.config.external_url, own = urls
    if expected is None:
        with pytest.raises(NoBaseUrlError):
            base_url(hass, AddressChoice(choice), own)
    else:
        assert base_url(hass, AddressChoice(choice), own) == expected


async def test_the_address_of_the_cloud(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the one from outside where no other is set."""
    hass.config.components.add("cloud")
    monkeypatch.setattr(
        "homeassistant.components.cloud.async_remote_ui_url", lambda _: "https://abc.ui.nabu.casa"
    )
    assert base_url(hass, AddressChoice.EXTERNAL) == "https://abc.ui.nabu.casa"
    assert base_url(hass, AddressChoice.AUTOMATIC) == "https://abc.ui.nabu.casa"
    with pytest.raises(NoBaseUrlError):
        base_url(hass, AddressChoice.INTERNAL)
    hass.config.external_url = OUT
    assert base_url(hass, AddressChoice.EXTERNAL) == OUT


@given(
    st.sampled_from(["http://10.0.0.2:8123", "https://a.example/yoto", "http://[fd00::1]"]),
    st.text("abcXYZ012_-", min_size=1, max_size=64),
    st.sampled_from(["", "?a=b", "#x"]),
    st.sampled_from([stream_path, icon_path]),
)
def test_only_our_own_addresses_move(
    base: str, token: str, rest: str, path_of: Callable[[str, str], str]
) -> None:
    """The base is another one, and everything after it stays."""
    path = path_of(token, "01") + rest
    assert moved(base + path, {token}, "http://new:1") == "http://new:1" + path
    assert moved(base + path, {token + "x"}, "http://new:1") == base + path
    assert moved(f"{base}/radio.mp3", {token}, "http://new:1") == f"{base}/radio.mp3"
    found = read_stream_url(base + path)
    assert found is not None
    assert (found.base, found.token) == (base, token)
    assert repr(found) == f"StreamAddress(base={base!r})"
