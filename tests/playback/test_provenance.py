"""Where the content that plays comes from."""

import pytest

from custom_components.yoto_smart_stream.playback.messages import CardInsertion
from custom_components.yoto_smart_stream.playback.provenance import provenance
from custom_components.yoto_smart_stream.playback.snapshot import Snapshot


@pytest.mark.parametrize(
    ("snapshot", "expected"),
    [
        pytest.param(Snapshot(), None, id="nothing said"),
        pytest.param(Snapshot(card_in=False), CardInsertion.NONE, id="empty"),
        pytest.param(Snapshot(card_in=True), CardInsertion.PHYSICAL, id="silent in the slot"),
        pytest.param(
            Snapshot(card_insertion=CardInsertion.PHYSICAL), CardInsertion.PHYSICAL, id="status"
        ),
        pytest.param(
            Snapshot(card_insertion=CardInsertion.REMOTE), CardInsertion.NONE, id="over since"
        ),
        pytest.param(
            Snapshot(card_id="2Lght", source="card"), CardInsertion.PHYSICAL, id="physical"
        ),
        pytest.param(Snapshot(card_id="2Lght", source="MQTT"), CardInsertion.REMOTE, id="remote"),
        pytest.param(
            Snapshot(card_id="2Lght", source="remote", card_in=True),
            CardInsertion.REMOTE,
            id="remote while another card is in",
        ),
        pytest.param(
            Snapshot(card_id="2Lght", source="card", streaming=True),
            CardInsertion.STREAMING,
            id="streaming",
        ),
        pytest.param(
            Snapshot(card_id="2Lght", card_insertion=CardInsertion.REMOTE),
            CardInsertion.REMOTE,
            id="no source said",
        ),
        pytest.param(Snapshot(card_id="2Lght"), None, id="neither said"),
    ],
)
def test_where_it_comes_from(snapshot: Snapshot, expected: CardInsertion | None) -> None:
    """What plays counts more than a status that may be a minute old."""
    assert provenance(snapshot) is expected
