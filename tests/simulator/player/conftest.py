"""Players on a stage of their own."""

from collections.abc import AsyncGenerator

import pytest

from .stage import Stage, stage


@pytest.fixture
async def on_stage(socket_enabled: None) -> AsyncGenerator[Stage]:
    """Return a player that has started up and is listened to."""
    async with stage() as scene:
        await scene.ready()
        yield scene
