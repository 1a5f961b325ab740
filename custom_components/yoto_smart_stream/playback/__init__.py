"""What players say, and what that makes of their state. Pure, standard library only."""
