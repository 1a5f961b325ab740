"""What a token may do: the scopes of protocol §1.7 and what they imply."""

MANAGE_BULK = "user:content:manage-bulk"

API_SCOPES = frozenset(
    {
        "family:library:view",
        "family:library:manage",
        "user:content:view",
        "user:content:manage",
        "user:icons:manage",
        "family:devices:view",
        "family:devices:manage",
        "family:devices:control",
        "family:device-status:view",
        "family:view",
        MANAGE_BULK,
    }
)

IDENTITY_SCOPES = frozenset({"offline_access", "openid", "profile", "email"})

KNOWN_SCOPES = API_SCOPES | IDENTITY_SCOPES

PUBLISHED_SCOPES = KNOWN_SCOPES - {MANAGE_BULK}
"""Everything an application can be approved for in the dashboard."""

_IMPLIED = {
    "family:library:manage": frozenset({"family:library:view"}),
    "user:content:manage": frozenset({"user:content:view", "user:icons:manage"}),
    "family:devices:manage": frozenset({"family:devices:view"}),
}


def parse_scopes(text: str) -> tuple[str, ...]:
    """Split a space separated list, keeping the order and dropping repetitions."""
    return tuple(dict.fromkeys(text.split()))


def allowed(granted: str, needed: str) -> bool:
    """Say whether a token's `scope` claim covers a scope, directly or by implication."""
    scopes = granted.split()
    return needed in scopes or any(needed in _IMPLIED.get(scope, ()) for scope in scopes)


def has_api_scope(granted: str) -> bool:
    """Say whether a token's `scope` claim opens any part of the API at all."""
    return not API_SCOPES.isdisjoint(granted.split())
