"""The page on how players reach Home Assistant: its examples hold, and it names every issue."""

from collections.abc import Mapping
import json
from pathlib import Path
import re
from typing import Any

from homeassistant.components.http.config import HTTP_STORAGE_SCHEMA
from homeassistant.util.yaml import parse_yaml

from custom_components.yoto_smart_stream.const import DOMAIN
from custom_components.yoto_smart_stream.reachability.issues import LEARN_MORE
from tests.contracts.checkout import COMPONENT, english

from . import Family

PAGE = Path(__file__).parents[2] / "docs" / "reachability.md"


def examples() -> list[Mapping[str, Any]]:
    """Return what is printed as YAML."""
    text = PAGE.read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    return [found for block in blocks if isinstance(found := parse_yaml(block), dict)]


async def test_the_action_runs(family: Family) -> None:
    """It looks only; there are no cards yet."""
    action, *_ = examples()
    domain, name = action["action"].split(".")
    answer = await family.hass.services.async_call(
        domain, name, action["data"], blocking=True, return_response=True
    )
    assert answer == {"base_url": family.hass.config.internal_url, "cards": []}


def test_the_settings_are_ones_that_home_assistant_has() -> None:
    """By the names that the page prints."""
    text = PAGE.read_text(encoding="utf-8")
    settings = r"\(`(use_\w+)`\).*?\(`(\w+)`\), such as `([\d.]+)` or `([\d./]+)`"
    names = re.search(settings, text, re.DOTALL)
    assert names is not None
    forwarded, proxies, *trusted = names.groups()
    checked = HTTP_STORAGE_SCHEMA({forwarded: True, proxies: trusted})
    assert [str(one) for one in checked[proxies]] == ["127.0.0.1/32", "172.30.33.0/24"]


def test_the_router_of_traefik_leads_to_its_service() -> None:
    """As printed."""
    _, traefik = examples()
    router = traefik["http"]["routers"]["home-assistant"]
    assert router["service"] in traefik["http"]["services"]


def test_every_issue_about_the_address_is_on_the_page() -> None:
    """By the title under which Repairs shows it."""
    text = PAGE.read_text(encoding="utf-8")
    titles = {
        issue["title"]
        for key, issue in english()["issues"].items()
        if key.startswith("base_url_") and key != "base_url_malformed"
    }
    assert [title for title in sorted(titles) if f"| {title} |" not in text] == []


def test_the_page_is_where_repairs_leads_to() -> None:
    """In the repository that the manifest names."""
    manifest = json.loads((COMPONENT / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["domain"] == DOMAIN
    assert f"{manifest['documentation']}/blob/main/docs/{PAGE.name}" == LEARN_MORE
