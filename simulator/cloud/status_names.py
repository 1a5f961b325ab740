"""The long-name form of a player's status (protocol §2.4), made from the shadow (§3.7)."""

from simulator.world import Json, JsonObject

_FROM_SHADOW = {
    "ambientLightSensorReading": "als",
    "averageDownloadSpeedBytesSecond": "bytesPS",
    "batteryLevelPercentage": "batteryLevel",
    "batteryLevelPercentageRaw": "batteryLevelRaw",
    "buzzErrors": "buzzErrors",
    "cardInsertionState": "cardInserted",
    "dayMode": "day",
    "errorsLogged": "errorsLogged",
    "firmwareVersion": "fwVersion",
    "networkSsid": "ssid",
    "nightlightMode": "nightlightMode",
    "powerCapabilities": "powerCaps",
    "powerSource": "powerSrc",
    "systemVolumePercentage": "volume",
    "taskWatchdogTimeoutCount": "twdt",
    "updatedAt": "updatedAt",
    "uptime": "upTime",
    "userVolumePercentage": "userVolume",
    "utcOffsetSeconds": "utcOffset",
    "utcTime": "utcTime",
    "wifiStrength": "wifiStrength",
}
_FLAGS = {
    "isAudioDeviceConnected": "headphones",
    "isBackgroundDownloadActive": "bgDownload",
    "isBluetoothAudioConnected": "bluetoothHp",
    "isCharging": "charging",
    "isNfcLocked": "nfcLock",
}
_KIB = {"freeDiskSpaceBytes": "freeDisk", "totalDiskSpaceBytes": "totalDisk"}
_PLAYING_SOURCES = {1: "card", 2: "remote", 3: "remote"}


def long_names(shadow: JsonObject, *, device_id: str, online: bool) -> JsonObject:
    """Return the body of `GET /device-v2/{id}/status`."""
    body: JsonObject = {"deviceId": device_id, "isOnline": online}
    body["activeCard"] = shadow.get("activeCard", "none")
    for name, key in _FROM_SHADOW.items():
        if key in shadow:
            body[name] = shadow[key]
    for name, key in _FLAGS.items():
        if key in shadow:
            body[name] = bool(shadow[key])
    for name, key in _KIB.items():
        if isinstance(amount := shadow.get(key), int):
            body[name] = amount * 1024
    inserted = shadow.get("cardInserted")
    body["playingSource"] = _PLAYING_SOURCES.get(inserted, "none") if type(inserted) is int else ""
    body["temperatureCelcius"] = _device_temperature(shadow.get("temp"))
    return body


def _device_temperature(temp: Json) -> Json:
    """Return the second part of `battery:device`, which is text in the cloud."""
    if not isinstance(temp, str):
        return "notSupported"
    parts = temp.split(":")
    return parts[1] if len(parts) > 1 else parts[0]
