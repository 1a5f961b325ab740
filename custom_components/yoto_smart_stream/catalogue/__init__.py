"""How cards are named and found: media ids and the search. No Home Assistant."""
