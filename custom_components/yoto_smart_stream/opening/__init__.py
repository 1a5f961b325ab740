"""From a media id of Home Assistant's to the audio that a player is sent."""
