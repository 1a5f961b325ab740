"""Play-throughs without a player: scripted, at random, and to all endings."""
