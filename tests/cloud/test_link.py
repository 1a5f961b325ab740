"""What a connection that is given up before it is there leaves behind."""

import asyncio

from paho.mqtt.client import DisconnectFlags
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode
import pytest

from custom_components.yoto_smart_stream.cloud.link import _Client


async def test_a_connection_that_was_given_up_may_end_later() -> None:
    """The broker says so in the loop, where nobody could catch an error."""
    client = _Client("127.0.0.1")
    waiting = asyncio.create_task(client._wait_for(client._connected, 60))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    client._on_disconnect(
        client._client,
        None,
        DisconnectFlags(is_disconnect_packet_from_server=False),
        ReasonCode(PacketTypes.DISCONNECT, "Unspecified error"),
    )
