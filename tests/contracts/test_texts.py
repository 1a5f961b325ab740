"""The English texts are ones that hassfest accepts, and every language fits them."""

from pathlib import Path
from typing import Any

import pytest

from .checkout import COMPONENT, english, read_json
from .rules.texts import text_faults, translation_faults, undescribed_data


def test_the_texts_have_the_right_form() -> None:
    """Known places only, and texts that Home Assistant can show."""
    assert text_faults(english()) == []


def test_every_field_of_a_form_has_a_name_and_a_description() -> None:
    """People read what a field is for before they fill it in."""
    assert undescribed_data(english()) == []


def test_there_is_no_second_source_of_texts() -> None:
    """Home Assistant reads the translations only, so a strings.json could but drift."""
    assert not (COMPONENT / "strings.json").exists()


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, id=path.stem)
        for path in sorted((COMPONENT / "translations").glob("*.json"))
    ],
)
def test_a_language_fits_the_english_texts(path: Path) -> None:
    """A translation holds no text that English lacks, and the same placeholders."""
    assert translation_faults(english(), read_json(path)) == []


def wrapped(text: str) -> dict[str, Any]:
    """Return texts that hold one text."""
    return {"exceptions": {"broken": {"message": text}}}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param("Fine, {name}.", None, id="right"),
        pytest.param("A <b>bold</b> word", "holds markup", id="markup"),
        pytest.param(
            "See https://example.org",
            "holds an address, which belongs into a placeholder",
            id="address",
        ),
        pytest.param(
            "See www.example.org", "holds an address, which belongs into a placeholder", id="www"
        ),
        pytest.param("Card '{card}'", "has a placeholder in single quotes", id="quoted"),
        pytest.param("[%key:common::a%]", "refers to another text", id="reference"),
        pytest.param("Late ", "begins or ends with a blank", id="blank"),
        pytest.param("{no-name}", "has a placeholder that is no identifier", id="identifier"),
        pytest.param("{}", "has a placeholder that is no identifier", id="nameless"),
        pytest.param(
            "{open", "has a broken placeholder: expected '}' before end of string", id="broken"
        ),
        pytest.param("", "is not a text", id="empty"),
    ],
)
def test_a_fault_in_a_text_is_found(text: str, complaint: str | None) -> None:
    """The rule reports planted faults."""
    found = [] if complaint is None else [f"exceptions.broken.message {complaint}"]
    assert text_faults(wrapped(text)) == found


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        pytest.param(
            {"entity": {"sensor": {"card": {"state": {"none": "{x}"}}}}},
            ["entity.sensor.card.state.none has a placeholder, which is not filled in here"],
            id="state",
        ),
        pytest.param(
            {"entity": {"sensor": {"Card": {}}}},
            ["entity.sensor.Card is not a name that is allowed here"],
            id="key",
        ),
        pytest.param(
            {"services": {"play": {"name": "Play"}}},
            ["services.play.description is missing"],
            id="description",
        ),
        pytest.param(
            {"issues": {"x": {"title": "X"}}}, ["issues.x.description is missing"], id="issue"
        ),
        pytest.param({"config": {}}, ["config.step is missing"], id="flow"),
        pytest.param({"entities": {}}, ["entities is not a name that is allowed here"], id="top"),
    ],
)
def test_a_fault_in_the_form_is_found(texts: dict[str, Any], found: list[str]) -> None:
    """The rule reports planted faults."""
    assert text_faults(texts) == found


def test_a_field_without_name_or_description_is_found() -> None:
    """The rule reports planted faults, in steps, sections and fix flows."""
    step = {
        "data": {"a": "A"},
        "data_description": {"b": "B"},
        "sections": {"more": {"data": {"c": "C"}}},
    }
    texts = {"config": {"step": {"user": step}}, "issues": {"i": {"fix_flow": {"step": {}}}}}
    assert undescribed_data(texts) == [
        "config.step.user: b has no name",
        "config.step.user: a has no description",
        "config.step.user.sections.more: c has no description",
    ]


def test_a_translation_that_does_not_fit_is_found() -> None:
    """The rule reports a text too many and a placeholder that differs."""
    english_texts = wrapped("No {card}.")
    assert translation_faults(english_texts, wrapped("Keine {karte}.")) == [
        "exceptions.broken.message has other placeholders than in English"
    ]
    assert translation_faults(english_texts, {"title": "X"}) == ["title is not in English"]
    assert translation_faults(english_texts, wrapped("Keine {card}.")) == []
