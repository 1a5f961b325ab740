"""The shapes in which the cloud says no (protocol §1.3, §1.8)."""

from aiohttp import web


class OAuthError(Exception):
    """An answer of the login server: `{"error", "error_description"}`."""

    def __init__(self, error: str, description: str, *, status: int = 403) -> None:
        """Keep what `oauth_error_response` needs."""
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description
        self.status = status

    def response(self) -> web.Response:
        """Return the answer."""
        return web.json_response(
            {"error": self.error, "error_description": self.description}, status=self.status
        )


class ApiError(Exception):
    """An answer of the API: `{"error": {"code", "message"}}`."""

    def __init__(self, status: int, code: str, message: str) -> None:
        """Keep what `response` needs."""
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message

    def response(self) -> web.Response:
        """Return the answer."""
        return web.json_response(
            {"error": {"code": self.code, "message": self.message}}, status=self.status
        )


class GatewayError(Exception):
    """An answer of the gateway in front of the API: `{"message"}` or `{"Message"}`."""

    def __init__(self, status: int, key: str, message: str) -> None:
        """Keep what `response` needs."""
        super().__init__(f"{status} {message}")
        self.status = status
        self.key = key
        self.message = message

    def response(self) -> web.Response:
        """Return the answer."""
        return web.json_response({self.key: self.message}, status=self.status)


def bad_request(message: str) -> ApiError:
    """Return the refusal of a body or parameter."""
    return ApiError(400, "bad-request", message)


def not_found(message: str) -> ApiError:
    """Return the refusal of something that is unknown or belongs to another family."""
    return ApiError(404, "not-found", message)
