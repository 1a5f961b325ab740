"""One owner of the tokens: nobody else refreshes, and nothing is lost."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from custom_components.yoto_smart_stream.cloud.errors import (
    CloudUnreachableError,
    TokenRevokedError,
)
from custom_components.yoto_smart_stream.cloud.oauth import OAuth, Tokens
from custom_components.yoto_smart_stream.cloud.tokens import TokenOwner
from simulator.simulation import Simulation

type Own = Callable[[Tokens], TokenOwner]


class Safe:
    """Keeps what is saved, and can be slow about it."""

    def __init__(self) -> None:
        """Begin empty."""
        self.saved: list[Tokens] = []
        self.delay = 0.0

    async def save(self, tokens: Tokens) -> None:
        """Keep tokens."""
        await asyncio.sleep(self.delay)
        self.saved.append(tokens)


@pytest.fixture
def safe() -> Safe:
    """Return a place for tokens."""
    return Safe()


@pytest.fixture
def own(oauth: OAuth, simulation: Simulation, safe: Safe) -> Own:
    """Return how to become the owner of tokens."""
    return lambda tokens: TokenOwner(oauth, simulation.client_id, tokens, safe.save)


def aged(tokens: Tokens, left: timedelta = timedelta(minutes=30)) -> Tokens:
    """Return day-long tokens as they are shortly before they expire."""
    expires_at = datetime.now(UTC) + left
    return replace(tokens, issued_at=expires_at - timedelta(days=1), expires_at=expires_at)


async def test_a_fresh_token_is_used_as_it_is(own: Own, tokens: Tokens) -> None:
    """Nothing is refreshed before its time."""
    assert await own(tokens).current() is tokens


async def test_two_hundred_callers_cause_one_refresh(own: Own, safe: Safe, tokens: Tokens) -> None:
    """A refresh token works once: a second try would end the login (protocol §1.5)."""
    owner = own(aged(tokens))
    everyone = await asyncio.gather(*(owner.current() for _ in range(200)))
    assert len(safe.saved) == 1
    assert {tokens.access_token for tokens in everyone} == {safe.saved[0].access_token}


async def test_new_tokens_are_saved_before_anybody_uses_them(
    own: Own, safe: Safe, tokens: Tokens
) -> None:
    """A crash right after a refresh must not lose the login."""
    owner = own(aged(tokens))
    safe.delay = 0.05
    waiting = asyncio.create_task(owner.current())
    while not waiting.done():
        assert owner.tokens.access_token == tokens.access_token or safe.saved
        await asyncio.sleep(0)
    assert (await waiting) is safe.saved[0]


async def test_a_caller_who_gives_up_does_not_lose_the_new_tokens(
    own: Own, safe: Safe, tokens: Tokens
) -> None:
    """The old refresh token is dead by then, so the refresh must end well."""
    owner = own(aged(tokens))
    safe.delay = 0.05
    waiting = asyncio.create_task(owner.current())
    await asyncio.sleep(0.01)
    waiting.cancel()
    await owner.close()
    assert len(safe.saved) == 1
    assert owner.tokens is safe.saved[0]
    assert owner.tokens.refresh_token != tokens.refresh_token


async def test_the_rotated_token_works_the_next_time(own: Own, safe: Safe, tokens: Tokens) -> None:
    """Day after day."""
    for _ in range(3):
        tokens = await own(aged(tokens)).current()
    assert len({saved.refresh_token for saved in safe.saved}) == 3


async def test_a_revoked_login_is_told_apart(
    own: Own, simulation: Simulation, tokens: Tokens
) -> None:
    """Only `invalid_grant` asks the person to log in again."""
    simulation.world.faults.revoked = True
    owner = own(aged(tokens))
    with pytest.raises(TokenRevokedError):
        await owner.current()


async def test_a_valid_token_bridges_an_outage(
    own: Own, simulation: Simulation, tokens: Tokens
) -> None:
    """Yoto's login host may be down for a while before the token expires."""
    simulation.world.faults.server_errors = 1000
    owner = own(aged(tokens, timedelta(seconds=0.5)))
    assert (await owner.current()).access_token == tokens.access_token
    await asyncio.sleep(0.6)
    with pytest.raises(CloudUnreachableError):
        await owner.current()
    simulation.world.faults.server_errors = 0
    assert (await owner.current()).expires_at > datetime.now(UTC)


async def test_during_an_outage_yoto_is_not_flooded(
    own: Own, simulation: Simulation, tokens: Tokens
) -> None:
    """After a failure the next try waits a while, however many callers come."""
    simulation.world.faults.server_errors = 1000
    owner = own(aged(tokens))
    for _ in range(50):
        await owner.current()
    assert simulation.world.faults.server_errors == 999


async def test_a_lost_answer_ends_in_a_new_login(
    own: Own, simulation: Simulation, tokens: Tokens
) -> None:
    """The rotated token never arrived; there is nothing left but to say so."""
    simulation.world.faults.lose_refresh_reply = 1
    owner = own(aged(tokens, timedelta(seconds=0.5)))
    await owner.current()
    await asyncio.sleep(0.6)
    with pytest.raises(TokenRevokedError):
        await owner.current()


async def test_a_token_rejected_early_is_replaced_once(
    own: Own, safe: Safe, tokens: Tokens
) -> None:
    """Whoever learns of it second gets the replacement."""
    owner = own(tokens)
    first, second = await asyncio.gather(
        owner.replace(tokens.access_token), owner.replace(tokens.access_token)
    )
    assert first is second
    assert len(safe.saved) == 1
    assert await owner.replace(tokens.access_token) is first
