"""Audio over HTTP from Home Assistant to players."""
