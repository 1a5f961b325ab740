"""What a family should mend about the queues of its players: what cannot be read."""

from typing import Any

from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.yoto_smart_stream.const import DOMAIN
from custom_components.yoto_smart_stream.live.runner import STORE_KEY

from .shelf import Shelf


@pytest.fixture(autouse=True)
def _kept(hass_storage: dict[str, Any], request: pytest.FixtureRequest) -> None:
    """Have something in the store before Home Assistant begins."""
    version, data = request.param
    hass_storage[STORE_KEY] = {
        "version": version,
        "minor_version": 1,
        "key": STORE_KEY,
        "data": data,
    }


def issue(shelf: Shelf, name: str) -> ir.IssueEntry | None:
    """Return what is shown under Repairs."""
    return ir.async_get(shelf.hass).async_get_issue(DOMAIN, name)


@pytest.mark.parametrize("_kept", [(1, {"sessions": [{"token": "odd"}, 7]})], indirect=True)
async def test_queues_that_cannot_be_read_are_counted(shelf: Shelf) -> None:
    """They are kept, and the family is told."""
    found = issue(shelf, "live_sessions_set_aside")
    assert found is not None
    assert found.translation_placeholders == {"count": "2"}


@pytest.mark.parametrize("_kept", [(99, {"sessions": []})], indirect=True)
async def test_what_a_later_version_has_written_is_not_touched(
    shelf: Shelf, hass_storage: dict[str, Any]
) -> None:
    """Audio of the library works all the same."""
    assert issue(shelf, "live_sessions_unusable") is not None
    assert issue(shelf, "live_sessions_set_aside") is None
    assert issue(shelf, "library_unusable") is None
    assert hass_storage[STORE_KEY]["version"] == 99


@pytest.mark.parametrize("_kept", [(1, {"sessions": []})], indirect=True)
async def test_there_is_nothing_to_mend(shelf: Shelf) -> None:
    """As in most families."""
    for name in ("live_sessions_set_aside", "live_sessions_unusable"):
        assert issue(shelf, name) is None
