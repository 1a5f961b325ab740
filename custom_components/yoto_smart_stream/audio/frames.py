"""Frame headers of MPEG audio (ISO/IEC 11172-3, 13818-3) and of AAC in ADTS. Pure."""

from dataclasses import dataclass
from typing import Final

from .formats import AudioFormat

HEADER_LENGTH: Final = 7
_SYNC: Final = 0xFF
_SYNC_BITS: Final = 0xE0
_ADTS_MASK, _ADTS_SYNC = 0xF6, 0xF0
_ADTS_SAMPLE_RATES: Final = (
    *(96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000),
    *(22_050, 16_000, 12_000, 11_025, 8_000, 7_350),
)
_ADTS_SAMPLES: Final = 1024

# The two version bits: 3 is MPEG 1, 2 is MPEG 2, 0 is MPEG 2.5, 1 is reserved.
_VERSION_1: Final = 3
_VERSION_RESERVED: Final = 1
_SAMPLE_RATE_DIVISORS: Final = {3: 1, 2: 2, 0: 4}
_SAMPLE_RATES: Final = (44_100, 48_000, 32_000)

# The two layer bits count downwards; 0 is reserved.
_LAYER_1, _LAYER_2, _LAYER_3 = 3, 2, 1
_FORMATS: Final = {
    _LAYER_1: AudioFormat.MP1,
    _LAYER_2: AudioFormat.MP2,
    _LAYER_3: AudioFormat.MP3,
}

# Kilobits per second by the four rate bits. The first means "free" and the last is forbidden.
_V2_LAYERS_2_AND_3: Final = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0)
_BIT_RATES: Final = {
    (True, _LAYER_1): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448, 0),
    (True, _LAYER_2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 0),
    (True, _LAYER_3): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0),
    (False, _LAYER_1): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256, 0),
    (False, _LAYER_2): _V2_LAYERS_2_AND_3,
    (False, _LAYER_3): _V2_LAYERS_2_AND_3,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Describe a frame: `kind` stays the same in one stream, `length` is in bytes."""

    kind: tuple[AudioFormat, int]
    length: int
    seconds: float


def read_frame(data: bytes, start: int) -> Frame | None:
    """Read the frame header at a place, None where there is none."""
    header = data[start : start + HEADER_LENGTH]
    if len(header) < HEADER_LENGTH or header[0] != _SYNC or header[1] & _SYNC_BITS != _SYNC_BITS:
        return None
    if header[1] & _ADTS_MASK == _ADTS_SYNC:
        return _read_adts(header)
    version, layer = header[1] >> 3 & 3, header[1] >> 1 & 3
    sample_index = header[2] >> 2 & 3
    if version == _VERSION_RESERVED or not layer or sample_index == len(_SAMPLE_RATES):
        return None
    bit_rate = _BIT_RATES[version == _VERSION_1, layer][header[2] >> 4] * 1000
    if not bit_rate:
        return None
    sample_rate = _SAMPLE_RATES[sample_index] // _SAMPLE_RATE_DIVISORS[version]
    padding = header[2] >> 1 & 1
    if layer == _LAYER_1:
        length = (12 * bit_rate // sample_rate + padding) * 4
        samples = 384
    else:
        # A frame holds 1152 samples, half of that in layer III of the later versions.
        factor = 72 if layer == _LAYER_3 and version != _VERSION_1 else 144
        length = factor * bit_rate // sample_rate + padding
        samples = factor * 8
    return Frame(
        kind=(_FORMATS[layer], version << 4 | sample_index),
        length=length,
        seconds=samples / sample_rate,
    )


def _read_adts(header: bytes) -> Frame | None:
    """Read the header of AAC in ADTS, which shares its first bits with MPEG audio."""
    sample_index = header[2] >> 2 & 0xF
    length = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
    if sample_index >= len(_ADTS_SAMPLE_RATES) or length < HEADER_LENGTH:
        return None
    return Frame(
        kind=(AudioFormat.AAC, sample_index),
        length=length,
        seconds=_ADTS_SAMPLES / _ADTS_SAMPLE_RATES[sample_index],
    )
