"""What went wrong with artwork, as errors that people can read."""

from typing import Final

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from ..artwork.errors import ArtworkError, ArtworkFault
from ..cloud.errors import CloudError, ScopeMissingError, TokenRevokedError
from ..const import DOMAIN
from ..coordinator import YotoConfigEntry

_UNFIT_PICTURES: Final = {
    ArtworkFault.BROKEN: "artwork_broken",
    ArtworkFault.EMPTY: "artwork_empty",
    ArtworkFault.NO_SUCH_EMOJI: "emoji_unknown",
    ArtworkFault.NOT_A_PICTURE: "no_picture",
    ArtworkFault.SEVERAL_EMOJI: "emoji_several",
    ArtworkFault.TOO_LARGE: "artwork_too_large",
    ArtworkFault.TOO_MANY_BYTES: "picture_too_big",
    ArtworkFault.VECTOR: "artwork_vector",
}


def picture_refusal(err: ArtworkError, media: str) -> ServiceValidationError:
    """Return why a picture is of no use."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=_UNFIT_PICTURES[err.fault],
        translation_placeholders={
            "media": media,
            **{name: str(fact) for name, fact in err.facts.items()},
        },
    )


def font_refusal(emoji: str, package: str) -> HomeAssistantError:
    """Return that an emoji is not drawn, since there is no font that has it."""
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key="emoji_font_missing",
        translation_placeholders={"emoji": emoji, "package": package},
    )


def upload_refusal(entry: YotoConfigEntry, err: CloudError) -> HomeAssistantError:
    """Return why Yoto did not take a picture."""
    if isinstance(err, TokenRevokedError):
        entry.async_start_reauth(entry.runtime_data.hass)
        return HomeAssistantError(translation_domain=DOMAIN, translation_key="login_revoked")
    if isinstance(err, ScopeMissingError):
        return HomeAssistantError(
            translation_domain=DOMAIN, translation_key="artwork_not_permitted"
        )
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key="artwork_not_uploaded",
        translation_placeholders={"reason": str(err)},
    )


def list_refusal(err: CloudError) -> HomeAssistantError:
    """Return why there is no list of icons."""
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key="icons_unavailable",
        translation_placeholders={"reason": str(err)},
    )
