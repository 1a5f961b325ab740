"""The dashboard of the demo: a family's players, and the simulated devices themselves."""

from collections.abc import Sequence
from typing import Final

from .api import ApiError, HomeAssistantApi, Json
from .login import DOMAIN
from .players import Player

PATH: Final = "yoto-players"
TITLE: Final = "Yoto players"
ICON: Final = "mdi:teddy-bear"
LAMP: Final = "input_boolean.reading_lamp"
"""An automation switches it when a card goes in or out."""
MOST_COLUMNS: Final = 3
ROOM_ICONS: Final = ("mdi:rocket-launch", "mdi:flower-tulip", "mdi:sail-boat", "mdi:owl")


async def set_up_dashboard(
    api: HomeAssistantApi, players: Sequence[Player], simulator_url: str, card_id: str
) -> None:
    """Create the dashboard, or bring it up to date, and open Home Assistant with it."""
    try:
        await api.command(
            "lovelace/dashboards/create",
            url_path=PATH,
            title=TITLE,
            icon=ICON,
            show_in_sidebar=True,
            require_admin=False,
            mode="storage",
        )
    except ApiError as err:
        # An earlier start has created it.
        if PATH not in {each["url_path"] for each in await api.command("lovelace/dashboards/list")}:
            raise err from None
    await api.command(
        "lovelace/config/save", url_path=PATH, config=_views(players, simulator_url, card_id)
    )
    await api.command("frontend/set_system_data", key="core", value={"default_panel": PATH})


def _views(players: Sequence[Player], simulator_url: str, card_id: str) -> Json:
    """Return the whole dashboard."""
    rooms = [
        _player_section(player, ROOM_ICONS[i % len(ROOM_ICONS)], card_id)
        for i, player in enumerate(players)
    ]
    columns = min(len(players), MOST_COLUMNS)
    return {
        "views": [
            {
                "title": TITLE,
                "path": "players",
                "icon": ICON,
                "type": "sections",
                "max_columns": columns,
                "header": {
                    "card": {
                        "type": "markdown",
                        "text_only": True,
                        "content": _now_playing(players, card_id),
                    }
                },
                "sections": [
                    *rooms,
                    _devices_section(simulator_url, columns),
                    _house_section(players, columns),
                ],
            }
        ]
    }


def _now_playing(players: Sequence[Player], card_id: str) -> str:
    """Return a template that tells in a sentence what is heard in the house."""
    ids = [player.media_player for player in players]
    return f"""\
{{%- set playing = expand({ids}) | selectattr('state', 'eq', 'playing') | list -%}}
{{%- set ours = playing | selectattr('attributes.card_id', 'eq', '{card_id}') | list -%}}
{{%- if ours -%}}
## {{{{ ours[0].name }}}} plays “{{{{ ours[0].attributes.media_title }}}}”, \
straight from Home Assistant
{{%- elif playing -%}}
## {{{{ playing[0].name }}}} plays “{{{{ playing[0].attributes.media_title }}}}”
{{%- else -%}}
## All is quiet
{{%- endif -%}}"""


def _player_section(player: Player, icon: str, card_id: str) -> Json:
    """Return what a player shows and what can be done with it."""
    battery = player.entity("sensor", "battery")
    return {
        "type": "grid",
        "cards": [
            {
                "type": "heading",
                "heading": player.name,
                "icon": icon,
                "badges": [
                    {"type": "entity", "entity": player.entity("binary_sensor", "online")},
                    {"type": "entity", "entity": battery, "color": "green"},
                ],
            },
            {
                "type": "media-control",
                "entity": player.media_player,
                # As high as with a title and an artist, so that the players stand in line.
                "grid_options": {"columns": "full", "rows": 4},
            },
            {
                "type": "tile",
                "entity": player.media_player,
                "name": "Volume",
                "icon": "mdi:volume-high",
                "color": "deep-purple",
                "state_content": "volume_level",
                "features": [{"type": "media-player-volume-slider"}],
                "features_position": "inline",
                "grid_options": {"columns": "full"},
            },
            {
                "type": "tile",
                "entity": player.entity("sensor", "card"),
                "name": "Card",
                "icon": "mdi:card-text",
                "color": "orange",
                "grid_options": {"columns": "full"},
            },
            _button(
                player,
                name="Play the music box",
                icon="mdi:music-box-multiple",
                color="pink",
                action=f"{DOMAIN}.play_card",
                data={"card_id": card_id},
            ),
            _button(
                player,
                name="Good night",
                icon="mdi:weather-night",
                color="indigo",
                action="media_player.media_stop",
                data={},
            ),
        ],
    }


def _button(player: Player, *, name: str, icon: str, color: str, action: str, data: Json) -> Json:
    """Return a tile that does something at a player when it is pressed."""
    press = {
        "action": "perform-action",
        "perform_action": action,
        "target": {"entity_id": player.media_player},
        "data": data,
    }
    return {
        "type": "tile",
        "entity": player.media_player,
        "name": name,
        "icon": icon,
        "color": color,
        "hide_state": True,
        "tap_action": press,
        "icon_tap_action": press,
        "grid_options": {"columns": 6},
    }


def _devices_section(simulator_url: str, columns: int) -> Json:
    """Return the simulator's own page: the devices, whose knobs a person can turn."""
    return {
        "type": "grid",
        "column_span": columns,
        "cards": [
            {
                "type": "heading",
                "heading": "The players themselves",
                "icon": "mdi:knob",
            },
            {
                "type": "iframe",
                "url": simulator_url,
                "grid_options": {"columns": "full", "rows": 12},
            },
        ],
    }


def _house_section(players: Sequence[Player], columns: int) -> Json:
    """Return what cards and knobs do in the house: a lamp, and the diary of the players."""
    return {
        "type": "grid",
        "column_span": columns,
        "cards": [
            {"type": "heading", "heading": "In the house", "icon": "mdi:home"},
            {
                "type": "tile",
                "entity": LAMP,
                "color": "amber",
                "tap_action": {"action": "toggle"},
                "grid_options": {"columns": "full"},
            },
            {
                "type": "logbook",
                "target": {"entity_id": [player.media_player for player in players]},
                "hours_to_show": 1,
                "grid_options": {"columns": "full", "rows": 6},
            },
        ],
    }
