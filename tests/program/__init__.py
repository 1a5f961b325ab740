"""Programs and sessions of live cards."""
