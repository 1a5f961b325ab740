"""The player check in Home Assistant: its cards at Yoto, its sound, its run, and what it found."""
