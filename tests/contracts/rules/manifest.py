"""What hassfest wants of a custom integration's manifest."""

from collections.abc import Mapping
import re
from typing import Any, Final
from urllib.parse import urlsplit

from awesomeversion import AwesomeVersion, AwesomeVersionException, AwesomeVersionStrategy

from .shape import Closed, Complaint, Items, Leaf, faults, kind, one_of

VERSIONS: Final = [
    AwesomeVersionStrategy.CALVER,
    AwesomeVersionStrategy.SEMVER,
    AwesomeVersionStrategy.SIMPLEVER,
    AwesomeVersionStrategy.BUILDVER,
    AwesomeVersionStrategy.PEP440,
]
# A name, perhaps with extras, and an exact version: two integrations that ask for different
# versions of one package break each other, so ours are always exact.
REQUIREMENT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:\[[a-z0-9,]+\])?==[0-9][0-9a-z.]*")

CORE_PAGE: Final = "points to a page of Home Assistant, which describes core integrations only"


def _version(value: object) -> Complaint:
    """Accept a version in a form that Home Assistant knows."""
    try:
        AwesomeVersion(str(value), ensure_strategy=VERSIONS)
    except AwesomeVersionException:
        return "is not a version"
    return None


def _url(value: object) -> Complaint:
    """Accept a web address with a host."""
    parts = urlsplit(str(value))
    if parts.scheme != "https" or not parts.hostname:
        return "is not an https address"
    return None


def _documentation(value: object) -> Complaint:
    """Accept an address that is not one of Home Assistant's own integration pages."""
    parts = urlsplit(str(value))
    if parts.hostname == "www.home-assistant.io" and parts.path.startswith("/integrations"):
        return CORE_PAGE
    return _url(value)


def _requirement(value: object) -> Complaint:
    """Accept an exactly pinned package."""
    return None if REQUIREMENT.fullmatch(str(value)) else f"is {value!r}, not an exact pin"


WORDS: Final = Items(kind(str))
MANIFEST: Final = Closed(
    {
        "domain": kind(str),
        "name": kind(str),
        "after_dependencies": WORDS,
        "codeowners": WORDS,
        "config_flow": kind(bool),
        "dependencies": WORDS,
        "documentation": Leaf(_documentation),
        "import_executor": kind(bool),
        "integration_type": one_of("device", "entity", "hardware", "helper", "hub", "service"),
        "iot_class": one_of(
            "assumed_state",
            "calculated",
            "cloud_polling",
            "cloud_push",
            "local_polling",
            "local_push",
        ),
        "issue_tracker": Leaf(_url),
        "loggers": WORDS,
        "quality_scale": one_of("bronze", "silver", "gold", "platinum", "custom"),
        "requirements": Items(Leaf(_requirement)),
        "single_config_entry": kind(bool),
        "version": Leaf(_version),
    },
    # hassfest wants the first five and a version, HACS the tracker; the rest is our own wish.
    frozenset(
        {
            "domain",
            "name",
            "codeowners",
            "documentation",
            "iot_class",
            "version",
            "issue_tracker",
            "integration_type",
        }
    ),
)


def manifest_faults(manifest: Mapping[str, Any]) -> list[str]:
    """Return the faults of the manifest's form."""
    return list(faults(dict(manifest), MANIFEST))


def order_faults(manifest: Mapping[str, Any]) -> list[str]:
    """Return a fault if the keys do not come as domain, name, then by the alphabet."""
    keys = list(manifest)
    first = [key for key in ("domain", "name") if key in manifest]
    wanted = first + sorted(set(keys) - set(first))
    return [] if keys == wanted else [f"the keys come as {keys}, not as {wanted}"]
