"""The first steps in a new Home Assistant, taken through the API that its own pages use."""

from typing import Final

from .api import HomeAssistantApi, Json

USER: Final = "demo"
PASSWORD: Final = "demo"
TOKEN_DAYS: Final = 3650


async def onboard(url: str) -> str:
    """Create the user, finish the steps of the onboarding, and return a long-lived token.

    The step `core_config` has been done by `configuration`.
    """
    client_id = f"{url}/"
    visitor = HomeAssistantApi(url)
    created: Json = await visitor.request(
        "POST",
        "/api/onboarding/users",
        body={
            "name": USER.capitalize(),
            "username": USER,
            "password": PASSWORD,
            "client_id": client_id,
            "language": "en",
        },
    )
    owner = HomeAssistantApi(url, await _access_token(visitor, client_id, created["auth_code"]))
    await owner.request("POST", "/api/onboarding/analytics", body={})
    await owner.request(
        "POST",
        "/api/onboarding/integration",
        body={"client_id": client_id, "redirect_uri": f"{url}/?auth_callback=1"},
    )
    token: str = await owner.command(
        "auth/long_lived_access_token", client_name="The demo", lifespan=TOKEN_DAYS
    )
    return token


async def _access_token(visitor: HomeAssistantApi, client_id: str, code: str) -> str:
    """Exchange the code of a finished login for an access token."""
    answer: Json = await visitor.request(
        "POST",
        "/auth/token",
        form={"grant_type": "authorization_code", "client_id": client_id, "code": code},
    )
    token: str = answer["access_token"]
    return token
