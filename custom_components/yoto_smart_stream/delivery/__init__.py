"""How audio reaches a player, and the check that finds it out. Pure, standard library only."""
