"""What a player is made of besides what it plays: switches, battery, slot, knobs and lights."""

from dataclasses import dataclass

from simulator.clock import Clock
from simulator.world import Device

from .settings import colour, is_day, number, switch
from .volume import STEPS, cap_of, percent_of, step_of, turned


@dataclass(slots=True, kw_only=True)
class Body:
    """The parts of a player that a hand can change, and what follows from them."""

    device: Device
    clock: Clock
    on: bool = False
    slot: str | None = None
    """The physical card that is in."""
    battery: int = 87
    charging: bool = False
    headphones: bool = False
    bluetooth: bool = False
    day: int = -1
    """-1 just after the start, 0 night, 1 day."""
    ambient: str | None = None
    """A colour of the night-light that an application has set, until day or night begins."""
    _volume: int = STEPS // 2
    _started_at: float = 0.0

    @property
    def up_time(self) -> int:
        """Return the player seconds since it was switched on, counted as in a boot report."""
        return int(self.clock.elapsed() - self._started_at) + 12

    @property
    def volume_max(self) -> int:
        """Return the highest step that is allowed at present."""
        key = "nightMaxVolumeLimit" if self.day == 0 else "maxVolumeLimit"
        return cap_of(
            limit=number(self.device.config, key, STEPS),
            headphones=self.headphones or self.bluetooth,
            headphones_limited=switch(self.device.config, "headphonesVolumeLimited"),
        )

    @property
    def volume(self) -> int:
        """Return the step of the volume, never above what is allowed."""
        return min(self._volume, self.volume_max)

    @property
    def volume_percent(self) -> int:
        """Return the volume as status blocks give it."""
        return percent_of(self.volume)

    @property
    def nightlight(self) -> str:
        """Return the colour of the night-light: `off` or `0xRRGGBB`. Minis have none (§7)."""
        if self.device.form_factor == "mini":
            return "off"
        if self.ambient is not None:
            return self.ambient
        key = "nightAmbientColour" if self.day == 0 else "ambientColour"
        return colour(self.device.config, key)

    def boot(self) -> None:
        """Start as a player does that has just been switched on."""
        self.on = True
        self.day = -1
        self.ambient = None
        self._started_at = self.clock.elapsed()

    def look_at_clock(self) -> None:
        """Find out whether it is day or night."""
        day = int(is_day(self.device.config, self.clock.now()))
        if day != self.day:
            self.day = day
            self.ambient = None

    def look_at_config(self) -> None:
        """Let go of Bluetooth if the family has switched it off."""
        if not switch(self.device.config, "bluetoothEnabled", default=True):
            self.bluetooth = False

    def turn_volume(self, clicks: int) -> None:
        """Turn the left knob."""
        self._volume = turned(self.volume, clicks, self.volume_max)

    def set_volume(self, percent: float) -> None:
        """Obey a command."""
        self._volume = step_of(percent, self.volume_max)
