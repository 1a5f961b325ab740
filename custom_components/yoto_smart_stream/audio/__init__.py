"""Files and bytes of audio: what a file is, and which bytes a stream serves. No Home Assistant."""
