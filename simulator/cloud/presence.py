"""What REST says about `online`, which may be wrong on purpose (protocol §2.1)."""

from simulator.world import World


class Presence:
    """Who is really connected to the broker, and what REST believes."""

    def __init__(self, world: World) -> None:
        """Start with every player offline."""
        self._world = world
        self._connected: set[str] = set()

    def set(self, device_id: str, *, online: bool) -> None:
        """Take note that a player came or went; REST learns of it unless it is stale."""
        if online:
            self._connected.add(device_id)
        else:
            self._connected.discard(device_id)
        self.believed(device_id)

    def believed(self, device_id: str) -> bool:
        """Return what REST says."""
        device = self._world.devices[device_id]
        if not self._world.faults.stale_online:
            device.online = device_id in self._connected
        return device.online
