"""What any media player of Home Assistant can play: the audio library, and the account's cards."""
