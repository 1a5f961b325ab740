"""Yoto's cloud: login, tokens, players, content and the MQTT connection. No Home Assistant here."""
