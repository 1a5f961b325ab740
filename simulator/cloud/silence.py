"""Audio made from nothing: silent MP3 that decodes, every frame of it different.

MPEG-1 Layer III, constant 64 kbit/s, 44.1 kHz, mono, no tags, no bit reservoir. A frame whose side
information is all zeros is silence; what follows is ancillary data, which holds a label and the
number of the frame. So every track has its own hash, and so has every part of it.
"""

BIT_RATE = 64_000
SAMPLE_RATE = 44_100
SAMPLES = 1152
_SIDE_INFORMATION = bytes(17)


def make_silence(label: str, seconds: float) -> bytes:
    """Return an MP3 of about this length (rounded up to a whole frame of 26 ms)."""
    text = label.encode("ascii", "replace")
    frames = -int(-seconds * SAMPLE_RATE // SAMPLES)
    audio = bytearray()
    remainder = 0
    for number in range(frames):
        # 64 kbit/s is no whole number of bytes a frame at 44.1 kHz: some frames get one more.
        remainder += SAMPLES // 8 * BIT_RATE % SAMPLE_RATE
        padding = remainder >= SAMPLE_RATE
        if padding:
            remainder -= SAMPLE_RATE
        size = SAMPLES // 8 * BIT_RATE // SAMPLE_RATE + padding
        header = bytes((0xFF, 0xFB, 0x50 | padding << 1, 0xC0))
        ancillary = b"%s %d " % (text, number)
        audio += (header + _SIDE_INFORMATION + ancillary)[:size].ljust(size, b"\0")
    return bytes(audio)


def duration(audio: bytes) -> float:
    """Return the seconds that audio of `make_silence` plays for."""
    return len(audio) * 8 / BIT_RATE
