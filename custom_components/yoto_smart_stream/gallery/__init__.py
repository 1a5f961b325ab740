"""The gallery: icons and covers of an account as they live in Home Assistant."""
