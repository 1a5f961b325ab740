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


class CommandError(CloudError):
    """A command that a player did not carry out."""


class CommandRefusedError(CommandError):
    """The player answered FAIL. It never says why (protocol §3.3)."""


class CommandUnansweredError(CommandError):
    """The player did not answer in time: it is off, asleep or out of reach."""


class NotConnectedError(CommandError):
    """There is no connection to the broker at the moment."""
