"""What can go wrong between us and Yoto's cloud, each with the data that a message needs."""


class CloudError(Exception):
    """Base of everything that this package raises."""


class CloudUnreachableError(CloudError):
    """The cloud could not be reached, or gave no proper answer. Trying again may help."""


class TooManyRequestsError(CloudUnreachableError):
    """The cloud asked us to slow down (HTTP 429)."""


class BrokerRefusedError(CloudUnreachableError):
    """The broker answered, and did not let us in: the login has expired or lacks a permission."""


class LoginError(CloudError):
    """A login that did not end in a token."""


class LoginExpiredError(LoginError):
    """Nobody approved the code in time."""


class LoginDeniedError(LoginError):
    """The person refused, or the login page did."""


class DeviceGrantOffError(LoginError):
    """The application may not log in with a code (protocol §1.1)."""


class UnknownClientError(LoginError):
    """Yoto does not know the client id."""


class ScopesRefusedError(LoginError):
    """The application has not been approved for the permissions that were asked for."""


class LoginRejectedError(LoginError):
    """Yoto refused for a reason that has no class of its own; the text is Yoto's."""


class TokenRevokedError(CloudError):
    """The refresh token is used up or revoked: only a new login helps."""


class RequestRefusedError(CloudError):
    """The API understood the request and refused it; the text is Yoto's."""

    def __init__(self, reason: str, *, status: int) -> None:
        """Remember the HTTP status and Yoto's reason."""
        super().__init__(reason)
        self.status = status


class ScopeMissingError(RequestRefusedError):
    """The login does not include the permission for this request (HTTP 403)."""


class NotFoundError(RequestRefusedError):
    """There is no such thing in this account (HTTP 404)."""


class UploadRefusedError(RequestRefusedError):
    """Yoto's storage refused audio, in a way that another attempt does not mend."""


class UploadDamagedError(CloudError):
    """What Yoto got is not what was sent, and was not the second time either."""


class TranscodingFailedError(CloudError):
    """Yoto could make nothing of the audio."""


class TranscodingTooLongError(CloudError):
    """Yoto did not say in time what it made of the audio."""

    def __init__(self, seconds: float) -> None:
        """Remember how long it was given."""
        super().__init__(f"No audio after {seconds:g} seconds")
        self.seconds = seconds


class LocalAudioError(CloudError):
    """A file of this machine that was to be uploaded is missing, or is not what it was."""


class CommandError(CloudError):
    """A command that a player did not carry out."""


class CommandRefusedError(CommandError):
    """The player answered FAIL. It never says why (protocol §3.3)."""


class CommandUnansweredError(CommandError):
    """The player did not answer in time: it is off, asleep or out of reach."""


class NotConnectedError(CommandError):
    """There is no connection to the broker at the moment."""
