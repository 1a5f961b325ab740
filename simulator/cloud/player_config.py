"""The config block of a player, in the cloud's loose typing (protocol §2.2, §2.3)."""

from copy import deepcopy

from simulator.world import JsonObject

FIRMWARE_DEFAULTS: JsonObject = {
    "alarms": [],
    "ambientColour": "#40bfd9",
    "bluetoothEnabled": "1",
    "btHeadphonesEnabled": True,
    "clockFace": "digital-sun",
    "dayDisplayBrightness": "auto",
    "dayTime": "06:30",
    "dayYotoDaily": "3nC80/daily/<yyyymmdd>",
    "dayYotoRadio": "3nC80/radio-day/01",
    "daySoundsOff": "0",
    "displayDimBrightness": "0",
    "displayDimTimeout": "60",
    "headphonesVolumeLimited": False,
    "hourFormat": "12",
    "locale": "en",
    "logLevel": "none",
    "maxVolumeLimit": "16",
    "nightAmbientColour": "#f57399",
    "nightDisplayBrightness": "100",
    "nightMaxVolumeLimit": "8",
    "nightSoundsOff": "0",
    "nightTime": "18:20",
    "nightYotoDaily": "0",
    "nightYotoRadio": "0",
    "pausePowerButton": True,
    "pauseVolumeDown": False,
    "repeatAll": True,
    "showDiagnostics": True,
    "shutdownTimeout": "3600",
    "systemVolume": "100",
    "timezone": "",
    "volumeLevel": "safe",
}


def refilled(config: JsonObject) -> JsonObject:
    """Return a config in which the firmware's defaults stand for whatever was left out."""
    return {**deepcopy(FIRMWARE_DEFAULTS), **config}
