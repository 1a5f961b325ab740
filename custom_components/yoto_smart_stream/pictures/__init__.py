"""Pictures of cards: fetching them, and making those of the display large."""
