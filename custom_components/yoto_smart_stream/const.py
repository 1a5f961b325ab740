"""Constants of the Yoto Smart Stream integration."""

from datetime import timedelta
import logging
from typing import Final

DOMAIN: Final = "yoto_smart_stream"
LOGGER: Final = logging.getLogger(__package__)
MANUFACTURER: Final = "Yoto"

DEFAULT_CLIENT_ID: Final = "Pcht77vFlFIWF9xro2oPUBEtCYJr8zuO"
"""The application registered with Yoto for this project. Public: it is no secret."""

CONF_ADDRESS: Final = "address"
CONF_ADVANCED: Final = "advanced"
CONF_BASE_URL: Final = "base_url"
CONF_CARD_VERSIONS: Final = "card_versions"
CONF_CLIENT_ID: Final = "client_id"
CONF_LIVE_ICONS: Final = "live_icons"
CONF_OFFLINE_AFTER: Final = "offline_after"
CONF_TAG_SCANS: Final = "tag_scans"
CONF_TOKENS: Final = "tokens"

ROSTER_INTERVAL: Final = timedelta(minutes=5)
STATUS_INTERVAL: Final = timedelta(seconds=60)
CARDS_INTERVAL: Final = timedelta(minutes=15)
"""How often the lists of cards are fetched, at least: with every third roster."""

DEFAULT_OFFLINE_AFTER: Final = 1
"""Hours that a player may be out of reach before the family is told. 0: they never are."""

DEFAULT_CARD_VERSIONS: Final = 20
"""Versions that are kept of each card."""
MOST_CARD_VERSIONS: Final = 200
