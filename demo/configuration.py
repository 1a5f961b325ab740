"""The files in the config folder of a Home Assistant that never leaves this machine."""

import json
from pathlib import Path
from typing import Final

from .child_process import REPOSITORY
from .ports import LOOPBACK

FOLDERS: Final = ("media", "www", ".storage")

# No default_config: it would look for devices on the network and talk to the internet.
CONFIGURATION: Final = """\
homeassistant:
  name: The family's home
  time_zone: Europe/London
  country: GB
  currency: GBP
  unit_system: metric
  internal_url: {url}
  external_url: {url}
  allowlist_external_dirs:
    - {folder}/media
    - {folder}/www
  media_dirs:
    local: {folder}/media
automation: !include automations.yaml
frontend:
config:
history:
humming_voice:
input_boolean:
  reading_lamp:
    name: Reading lamp
    icon: mdi:lamp
logbook:
media_source:
my:
recorder:
  commit_interval: 1
logger:
  default: warning
  logs:
    custom_components.yoto_smart_stream: debug
"""


AUTOMATIONS: Final = """\
- id: reading_lamp
  alias: A card turns on the reading lamp
  mode: queued
  triggers:
    - trigger: yoto_smart_stream.card_inserted
      id: "on"
    - trigger: yoto_smart_stream.card_removed
      id: "off"
  actions:
    - action: "input_boolean.turn_{{ trigger.id }}"
      target:
        entity_id: input_boolean.reading_lamp
"""
"""What a person may change in the editor of automations."""


def write_configuration(folder: Path, port: int) -> None:
    """Write everything that Home Assistant reads at its start. Blocking.

    What a person has made in this Home Assistant stays as it is.
    """
    for name in FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    url = f"http://{LOOPBACK}:{port}"
    (folder / "configuration.yaml").write_text(CONFIGURATION.format(url=url, folder=folder))
    automations = folder / "automations.yaml"
    if not automations.exists():
        automations.write_text(AUTOMATIONS)
    _write_server_settings(folder, port)
    _skip_suggestions(folder)
    _link_integrations(folder)


def _write_server_settings(folder: Path, port: int) -> None:
    """Choose the address of the server.

    Home Assistant keeps it in a store. What it reads from YAML is on trial for five minutes, and
    then it restarts with its former address.
    """
    settings = {
        "server_host": [LOOPBACK],
        "server_port": port,
        "cors_allowed_origins": [],
        "login_attempts_threshold": -1,
        "ip_ban_enabled": False,
        "ssl_profile": "modern",
        "use_x_frame_options": True,
        "created_at": "2026-01-01T00:00:00+00:00",
        "error": None,
        "error_message": None,
    }
    _write_store(
        folder,
        "http",
        version=2,
        minor_version=2,
        data={"stable": settings, "pending": None, "yaml_migration_done": True},
    )


def _skip_suggestions(folder: Path) -> None:
    """Mark the step of the onboarding as done that adds integrations which need the internet.

    They are a weather service, radio stations and a voice. Without a network each of them holds
    up the start for many seconds.
    """
    if not (folder / ".storage" / "onboarding").exists():
        _write_store(
            folder, "onboarding", version=4, minor_version=1, data={"done": ["core_config"]}
        )


def _write_store(
    folder: Path, key: str, *, version: int, minor_version: int, data: dict[str, object]
) -> None:
    """Write one of the files in which Home Assistant keeps what it knows."""
    store = {"version": version, "minor_version": minor_version, "key": key, "data": data}
    (folder / ".storage" / key).write_text(json.dumps(store, indent=2))


def _link_integrations(folder: Path) -> None:
    """Let Home Assistant find the integration of this checkout, and a voice."""
    components = folder / "custom_components"
    if components.is_symlink():
        components.unlink()
    components.mkdir(exist_ok=True)
    for target in (
        REPOSITORY / "custom_components" / "yoto_smart_stream",
        REPOSITORY / "demo" / "humming_voice",
    ):
        link = components / target.name
        if link.is_symlink():
            link.unlink()
        link.symlink_to(target, target_is_directory=True)
