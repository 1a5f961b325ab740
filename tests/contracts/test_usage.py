"""The code and the English texts name the same things."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from .checkout import COMPONENT, conditions, english, services, triggers
from .rules.actions import fields_of
from .rules.flows import flow_faults, unfilled_placeholders
from .rules.usage import health_faults, usage_faults


def described_selectors() -> set[str]:
    """Return the groups of choices that the descriptions of actions, triggers and so on use."""
    return {
        select["translation_key"]
        for described in (services(), triggers(), conditions())
        for one in described.values()
        for _, field in fields_of(one)
        if "translation_key" in (select := field["selector"].get("select") or {})
    }


def test_every_text_that_the_code_asks_for_is_there() -> None:
    """Keys exist, none is left over, and placeholders are filled, in errors and issues too."""
    elsewhere = {"selector": described_selectors()}
    assert usage_faults(COMPONENT, english(), elsewhere) == []


def test_every_text_of_the_flows_is_there() -> None:
    """Steps, fields, errors, reasons to end and progress have a text, and none is left over."""
    assert flow_faults(COMPONENT, english()) == []


def test_every_placeholder_of_the_flows_is_filled() -> None:
    """A form with an unfilled placeholder would show an error in its place."""
    assert unfilled_placeholders(COMPONENT, english()) == []


def test_every_line_of_the_system_health_has_a_name() -> None:
    """The names and the lines are the same set."""
    assert health_faults(COMPONENT, english()) == []


CODE = """
from enum import StrEnum

NO_CARD = "no_card"
KEYS = {1: "one", 2: "two"}

class Reason(StrEnum):
    LATE = "late"
    LOST = "lost"

class Failure:
    reason: Reason

def fail(key, given):
    raise Error(translation_domain=D, translation_key=key, translation_placeholders=given)

def first():
    fail("wrapped", {"name": "x"})
    raise Error(translation_domain=D, translation_key=NO_CARD)

def second(flag, failure):
    raise Error(translation_domain=D, translation_key="a" if flag else KEYS[flag])
    ir.async_create_issue(h, D, "i", translation_key=f"url_{failure.reason}")
"""
TEXTS: dict[str, Any] = {
    "exceptions": {
        "no_card": {"message": "No card"},
        "wrapped": {"message": "It is {name}"},
        "one": {"message": "1"},
        "two": {"message": "2"},
        "a": {"message": "A"},
    },
    "issues": {
        "url_late": {"title": "Late", "description": "Late"},
        "url_lost": {"title": "Lost", "description": "Lost"},
    },
}


def planted(folder: Path, code: str, name: str = "code.py") -> Path:
    """Return a package that holds one module."""
    (folder / name).write_text(code, encoding="utf-8")
    return folder


def test_keys_are_followed_to_their_texts(tmp_path: Path) -> None:
    """Constants, wrappers, mappings, choices, enumerations and joined texts are followed."""
    assert usage_faults(planted(tmp_path, CODE), TEXTS, {}) == []


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        pytest.param(
            '"no_card"',
            '"no_crad"',
            ["code.py:19: exceptions.no_crad has no text", "exceptions.no_card is used nowhere"],
            id="misspelt",
        ),
        pytest.param(
            '{"name": "x"}',
            '{"title": "x"}',
            ["code.py:15: exceptions.wrapped differs in name, title"],
            id="placeholder",
        ),
        pytest.param(
            'LOST = "lost"',
            'LOST = "gone"',
            ["code.py:23: issues.url_gone has no text", "issues.url_lost is used nowhere"],
            id="enumeration",
        ),
        pytest.param(
            "translation_key=NO_CARD",
            "translation_key=choose[1](2)",
            [
                "code.py:19: the translation key cannot be followed",
                "exceptions.no_card is used nowhere",
            ],
            id="not-followed",
        ),
        pytest.param(
            'fail("wrapped", {"name": "x"})',
            "pass",
            [
                "code.py:15: nobody gives the translation key",
                "exceptions.wrapped is used nowhere",
            ],
            id="unused-wrapper",
        ),
    ],
)
def test_a_text_that_does_not_fit_is_found(
    tmp_path: Path, old: str, new: str, found: list[str]
) -> None:
    """The rule reports planted faults."""
    code = CODE.replace(old, new)
    assert code != CODE
    assert usage_faults(planted(tmp_path, code), TEXTS, {}) == found


def test_texts_of_entities_belong_to_their_platform(tmp_path: Path) -> None:
    """A description and an attribute ask for the texts of the platform they stand in."""
    code = (
        'A = SensorEntityDescription(key="a", translation_key="a")\n'
        'class B:\n    _attr_translation_key = "b"\n'
    )
    texts: dict[str, Any] = {"entity": {"sensor": {"a": {}, "b": {}}, "switch": {"a": {}}}}
    assert usage_faults(planted(tmp_path, code, "sensor.py"), texts, {}) == [
        "entity.switch.a is used nowhere"
    ]


FLOW = """
class Flow(ConfigFlow):
    async def async_step_user(self, user_input):
        errors = {}
        errors["base"] = "cannot_connect"
        return self._offer("user")

    def _offer(self, step):
        schema = vol.Schema({vol.Required("client_id"): str})
        return self.async_show_form(
            step_id=step, description_placeholders={"url": "u"}, errors={"base": "refused"}
        )

    def end(self):
        self._abort_if_unique_id_configured()
        self._abort_if_unique_id_mismatch(reason="wrong_account")

    def wait(self):
        return self.async_show_progress(step_id="wait", progress_action="wait")
"""
FLOW_TEXTS: dict[str, Any] = {
    "config": {
        "step": {"user": {"description": "Go to {url}", "data": {"client_id": "Client"}}},
        "error": {"cannot_connect": "No", "refused": "No"},
        "abort": {"already_configured": "There", "wrong_account": "Other"},
        "progress": {"wait": "Wait"},
    }
}


def test_flows_are_followed(tmp_path: Path) -> None:
    """Steps given by a wrapper, errors of both forms, built-in and own reasons are seen."""
    folder = planted(tmp_path, FLOW, "config_flow.py")
    assert flow_faults(folder, FLOW_TEXTS) == []
    assert unfilled_placeholders(folder, FLOW_TEXTS) == []


def test_flows_that_mend_issues_are_followed(tmp_path: Path) -> None:
    """Their texts are those of the issue that they name."""
    code = FLOW.replace("(ConfigFlow):", '(RepairsFlow):\n    issue_key: Final = "odd"\n')
    folder = planted(tmp_path, code, "repairs.py")
    texts = {"issues": {"odd": {"fix_flow": deepcopy(FLOW_TEXTS["config"])}}}
    assert flow_faults(folder, texts) == []
    del texts["issues"]["odd"]["fix_flow"]["step"]["user"]["data"]
    assert flow_faults(folder, texts) == ["issues.odd.fix_flow.step.*.data.client_id has no text"]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        pytest.param(
            '_offer("user")',
            '_offer("start")',
            ["config.step.start has no text", "config.step.user is used nowhere"],
            id="step",
        ),
        pytest.param(
            '= "cannot_connect"',
            '= "no_connection"',
            [
                "config.error.no_connection has no text",
                "config.error.cannot_connect is used nowhere",
            ],
            id="error",
        ),
        pytest.param(
            'reason="wrong_account"',
            "",
            [
                "config.abort.unique_id_mismatch has no text",
                "config.abort.wrong_account is used nowhere",
            ],
            id="reason",
        ),
        pytest.param(
            'vol.Required("client_id")',
            'vol.Required("clientid")',
            [
                "config.step.*.data.clientid has no text",
                "config.step.*.data.client_id is used nowhere",
            ],
            id="field",
        ),
        pytest.param(
            'progress_action="wait"',
            "progress_action=self.name()",
            [
                "config_flow.py:19: a text of a flow cannot be followed",
                "config.step.wait has no text",
                "config.progress.wait is used nowhere",
            ],
            id="not-followed",
        ),
    ],
)
def test_a_text_of_a_flow_that_does_not_fit_is_found(
    tmp_path: Path, old: str, new: str, found: list[str]
) -> None:
    """The rule reports planted faults."""
    code = FLOW.replace(old, new)
    assert code != FLOW
    assert flow_faults(planted(tmp_path, code, "config_flow.py"), FLOW_TEXTS) == found


def test_an_unfilled_placeholder_of_a_flow_is_found(tmp_path: Path) -> None:
    """The rule reports a planted fault."""
    code = FLOW.replace('{"url": "u"}', "{}")
    assert unfilled_placeholders(planted(tmp_path, code, "config_flow.py"), FLOW_TEXTS) == [
        "config_flow.py:10: url is not filled"
    ]


def test_a_nameless_line_of_the_system_health_is_found(tmp_path: Path) -> None:
    """The rule works both ways."""
    folder = planted(tmp_path, 'def info():\n    return {"players": 1}\n', "system_health.py")
    assert health_faults(folder, {"system_health": {"info": {"cards": "Players"}}}) == [
        "system_health.info: cards",
        "system_health.info: players",
    ]
