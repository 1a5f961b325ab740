"""The page of the audio library among the devices, which belongs to no account."""
