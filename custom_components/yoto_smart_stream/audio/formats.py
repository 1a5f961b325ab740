"""The audio formats that are recognised by name."""

from enum import StrEnum


class AudioFormat(StrEnum):
    """Name a format, whether it can be streamed or not."""

    MP3 = "mp3"
    MP2 = "mp2"
    MP1 = "mp1"
    AAC = "aac"
    M4A = "m4a"
    OGG = "ogg"
    OPUS = "opus"
    FLAC = "flac"
    WAV = "wav"
    AIFF = "aiff"
    WEBM = "webm"
    WMA = "wma"
    MATROSKA = "matroska"
    AMR = "amr"
    AC3 = "ac3"
    MIDI = "midi"
    APE = "ape"
    WAVPACK = "wavpack"
    DSF = "dsf"
    AU = "au"
