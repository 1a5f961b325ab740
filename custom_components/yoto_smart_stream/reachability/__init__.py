"""Whether players can reach Home Assistant, and what to mend where they cannot."""
