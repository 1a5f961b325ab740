"""The MQTT broker between apps and players, with Yoto's rules of admission (protocol §3.1)."""
