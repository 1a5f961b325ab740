"""A store that says whether it was written."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.helpers.storage import Store


class NotWrittenError(Exception):
    """Report that a store could not be written; why is in Home Assistant's log."""


class SureStore[T: Mapping[str, Any]](Store[T]):
    """A store that reports a failed write instead of only logging it."""

    _write_failed = False

    async def async_write(self, data: T) -> None:
        """Write now.

        While Home Assistant is stopping, this only makes sure of the final write.

        Raises:
            NotWrittenError: The disk failed or is full.
        """
        await self.async_save(data)
        if self._write_failed:
            raise NotWrittenError

    @override
    async def _async_write_data(self, data: dict[str, Any]) -> None:
        """Write, and remember whether it worked."""
        self._write_failed = True
        await super()._async_write_data(data)
        self._write_failed = False
