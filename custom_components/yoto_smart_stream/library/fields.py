"""Reading records: every field is what it has to be, or the record is none. Pure."""

from datetime import UTC, datetime
from math import isfinite

from ..json import Json, JsonObject


class RecordError(ValueError):
    """Report that a stored record is not what it should be; the text names the field."""


class Fields:
    """The fields of one record, each read once; what nobody has read is left.

    Every method raises RecordError where the field is missing or of another kind. A field that is
    null is missing.
    """

    def __init__(self, record: Json) -> None:
        """Take a record."""
        if not isinstance(record, dict):
            raise RecordError("A record is an object")
        self._left = dict(record)

    @property
    def rest(self) -> JsonObject:
        """Return what has not been read."""
        # A copy, since a dictionary out of which all has been taken is as large as it was.
        return {**self._left}

    def value(self, name: str) -> Json:
        """Read a value of any kind, None where it is missing."""
        return self._left.pop(name, None)

    def text(self, name: str) -> str:
        """Read a text."""
        value = self._left.pop(name, None)
        if not isinstance(value, str):
            raise RecordError(f"{name} is missing, or no text")
        return value

    def text_or_none(self, name: str) -> str | None:
        """Read a text that may be missing."""
        value = self._left.pop(name, None)
        if value is not None and not isinstance(value, str):
            raise RecordError(f"{name} is no text")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """Read a list of texts, empty where it is missing."""
        value = self._left.pop(name, None)
        if value is None:
            return ()
        if not isinstance(value, list):
            raise RecordError(f"{name} is no list")
        texts = tuple([text for text in value if isinstance(text, str)])
        if len(texts) != len(value):
            raise RecordError(f"{name} holds something else than texts")
        return texts

    def records(self, name: str) -> list[Json]:
        """Read a list of records, empty where it is missing."""
        value = self._left.pop(name, None)
        if value is not None and not isinstance(value, list):
            raise RecordError(f"{name} is no list")
        return value or []

    def whole(self, name: str) -> int:
        """Read a whole number; true and false are none."""
        value = self._left.pop(name, None)
        if not isinstance(value, int) or isinstance(value, bool):
            raise RecordError(f"{name} is no whole number")
        return value

    def number(self, name: str) -> float:
        """Read a finite number; true and false are none."""
        value = self._left.pop(name, None)
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            raise RecordError(f"{name} is no number")
        return float(value)

    def seconds(self, name: str) -> float:
        """Read a time in seconds, from 0."""
        if (value := self.number(name)) < 0:
            raise RecordError(f"{name} is before the beginning")
        return value

    def flag(self, name: str) -> bool:
        """Read true or false."""
        value = self._left.pop(name, None)
        if not isinstance(value, bool):
            raise RecordError(f"{name} is neither true nor false")
        return value

    def moment(self, name: str) -> datetime:
        """Read a time with its zone."""
        if (value := self.moment_or_none(name)) is None:
            raise RecordError(f"{name} is missing")
        return value

    def moment_or_none(self, name: str) -> datetime | None:
        """Read a time with its zone that may be missing."""
        text = self.text_or_none(name)
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None:
                raise RecordError(f"{name} has no time zone")
            return moment.astimezone(UTC)
        except (ValueError, OverflowError) as err:
            raise RecordError(f"{name} is no time") from err

    def mapping_or_none(self, name: str) -> JsonObject | None:
        """Read an object that may be missing."""
        value = self._left.pop(name, None)
        if value is not None and not isinstance(value, dict):
            raise RecordError(f"{name} is no object")
        return value
