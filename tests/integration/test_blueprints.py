"""The blueprints, made into automations as a family would, and seen to work."""

from datetime import timedelta
from pathlib import Path
import shutil
from typing import Any

from homeassistant.components.blueprint.models import Blueprint
from homeassistant.components.blueprint.schemas import BLUEPRINT_SCHEMA
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.helpers.selector import selector
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from homeassistant.util.yaml import load_yaml_dict
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from . import Family, settle
from .diary import LIGHTHOUSE, RAINY_DAY, device_of, shown

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "blueprints" / "automation" / "yoto_smart_stream"
BLUEPRINTS = sorted(path.name for path in FOLDER.glob("*.yaml"))


class House:
    """The rest of the house: writes down what is done with it."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Have lights, scenes and messages."""
        self.done: list[tuple[str, dict[str, Any]]] = []
        for domain, action in (
            ("light", "turn_on"),
            ("light", "toggle"),
            ("scene", "turn_on"),
            ("persistent_notification", "create"),
        ):
            hass.services.async_register(domain, action, self._note)

    @callback
    def _note(self, call: ServiceCall) -> None:
        self.done.append((f"{call.domain}.{call.service}", dict(call.data)))


@pytest.fixture
def house(hass: HomeAssistant) -> House:
    """Return a house in which nothing has been done."""
    return House(hass)


@pytest.fixture
def folder(family: Family, hass: HomeAssistant, tmp_path: Path) -> Path:
    """Have the blueprints where Home Assistant keeps those that were imported."""
    shutil.copytree(ROOT / "blueprints", tmp_path / "blueprints")
    hass.config.config_dir = str(tmp_path)
    return tmp_path


async def use(hass: HomeAssistant, name: str, **inputs: object) -> None:
    """Make an automation of a blueprint, with what its form could give."""
    described = load_yaml_dict(str(FOLDER / name))["blueprint"]["input"]
    for key, value in inputs.items():
        selector(described[key]["selector"])(value)  # type: ignore[operator]
    assert await async_setup_component(
        hass,
        "automation",
        {
            "automation": {
                "alias": "From a blueprint",
                "use_blueprint": {"path": f"yoto_smart_stream/{name}", "input": inputs},
            }
        },
    )
    await hass.async_block_till_done()
    states = hass.states.async_all("automation")
    assert [state.state for state in states] == ["on"]


def test_there_are_all_of_them() -> None:
    """The documentation names these."""
    assert BLUEPRINTS == [
        "bedtime.yaml",
        "card_starts_scene.yaml",
        "knob_controls_light.yaml",
        "low_battery_at_bedtime.yaml",
    ]


@pytest.mark.parametrize("name", BLUEPRINTS)
def test_a_blueprint_can_be_imported(name: str) -> None:
    """Home Assistant accepts it, every field has words, and it knows where it comes from."""
    blueprint = Blueprint(
        load_yaml_dict(str(FOLDER / name)),
        path=name,
        expected_domain="automation",
        schema=BLUEPRINT_SCHEMA,
    )
    assert blueprint.validate() is None
    source = blueprint.metadata["source_url"]
    assert source.endswith(f"/blob/main/blueprints/automation/yoto_smart_stream/{name}")
    for field in blueprint.inputs.values():
        assert field["name"]
        assert field["description"]
        assert field["selector"]


@pytest.mark.usefixtures("folder")
async def test_bedtime(family: Family, hass: HomeAssistant, house: House) -> None:
    """The night card dims the light, starts the sleep timer and silences the other player."""
    kitchen, bedroom = family.simulation.players.values()
    await bedroom.insert(RAINY_DAY)
    await settle(lambda: shown(hass, "media_player.bedroom") == "playing")
    await use(
        hass,
        "bedtime.yaml",
        players={"device_id": device_of(family).id},
        night_cards=["lighthouse"],
        lights={"entity_id": "light.nursery"},
        silent_players={"entity_id": ["media_player.bedroom"]},
        sleep_timer=20,
    )
    await kitchen.insert(LIGHTHOUSE)
    await settle(lambda: shown(hass, "media_player.bedroom") == "paused")
    await settle(lambda: kitchen.view()["sleep_timer"] is not None)
    assert 1100 < float(str(kitchen.view()["sleep_timer"])) <= 1200
    [(action, data)] = house.done
    assert action == "light.turn_on"
    assert data == {"entity_id": ["light.nursery"], "brightness_pct": 10, "transition": 60}


@pytest.mark.usefixtures("folder")
async def test_bedtime_with_another_card(family: Family, hass: HomeAssistant, house: House) -> None:
    """A card that is no night card changes nothing."""
    await use(
        hass,
        "bedtime.yaml",
        players={"entity_id": family.entity_id("media_player")},
        night_cards=["lighthouse"],
        lights={"entity_id": "light.nursery"},
    )
    await family.player.insert(RAINY_DAY)
    await family.shows("playing")
    await hass.async_block_till_done()
    assert house.done == []
    assert family.player.view()["sleep_timer"] is None


@pytest.mark.usefixtures("folder")
async def test_a_card_starts_a_scene(family: Family, hass: HomeAssistant, house: House) -> None:
    """And another one when it is taken out."""
    await use(
        hass,
        "card_starts_scene.yaml",
        players={"device_id": device_of(family).id},
        cards=["Rainy"],
        scene="scene.disco",
        scene_after=["scene.calm"],
    )
    await family.player.insert(RAINY_DAY)
    await settle(lambda: len(house.done) == 1)
    await family.player.remove()
    await settle(lambda: len(house.done) == 2)
    assert [data["entity_id"] for _, data in house.done] == [["scene.disco"], ["scene.calm"]]
    await family.player.insert(LIGHTHOUSE)
    await family.shows("playing")
    await hass.async_block_till_done()
    assert len(house.done) == 2


@pytest.mark.usefixtures("folder")
async def test_a_knob_controls_a_light(family: Family, hass: HomeAssistant, house: House) -> None:
    """Clicks are steps, and a press switches."""
    await use(
        hass,
        "knob_controls_light.yaml",
        players={"device_id": device_of(family).id},
        lights={"entity_id": "light.nursery"},
        step=5,
    )
    await family.player.insert(LIGHTHOUSE)
    await family.shows("playing")
    await family.player.turn("left", -3)
    await settle(lambda: changed(house) == -15)
    await family.player.turn("left", 1)
    await settle(lambda: changed(house) == -10)
    await family.player.press("right")
    await settle(lambda: house.done[-1][0] == "light.toggle")
    assert {tuple(data["entity_id"]) for _, data in house.done} == {("light.nursery",)}


def changed(house: House) -> int:
    """Return by how much the knob has changed the brightness in all."""
    return sum(data.get("brightness_step_pct", 0) for _, data in house.done)


@pytest.mark.usefixtures("folder")
async def test_a_low_battery_at_bedtime(family: Family, hass: HomeAssistant, house: House) -> None:
    """Players that are low and not on the charger are named, and only they."""
    kitchen, bedroom = family.simulation.players.values()
    await kitchen.battery(level=12, charging=False)
    await bedroom.battery(level=12, charging=True)
    await hass.services.async_call(
        "button",
        "press",
        {"entity_id": [family.entity_id("button", "refresh"), "button.bedroom_refresh"]},
        blocking=True,
    )
    await settle(lambda: shown(hass, "sensor.bedroom_battery") == "12")
    await settle(lambda: family.state("sensor", "battery").state == "12")
    await settle(lambda: shown(hass, "binary_sensor.bedroom_charging") == "on")
    bedtime = dt_util.now() + timedelta(minutes=5)
    await use(
        hass,
        "low_battery_at_bedtime.yaml",
        players=[device_of(family).id, device_of(family, 1).id],
        bedtime=bedtime.strftime("%H:%M:00"),
        level=30,
    )
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=6))
    await settle(lambda: len(house.done) == 1)
    assert house.done[0][1] == {"title": "Low battery", "message": "Kitchen needs the charger."}
    # Nobody waits for tomorrow's bedtime.
    await hass.services.async_call(
        "automation", "turn_off", {"entity_id": "automation.from_a_blueprint"}, blocking=True
    )
