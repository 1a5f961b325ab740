"""The compiler: a story as an interactive card that needs no server (protocol §4.5)."""
