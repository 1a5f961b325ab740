"""Make Your Own cards, from what a family wants on them to what Yoto is sent. Pure."""
