"""What to play on a player: from a name, an id or a list to a place on a card, and the command."""
