"""The parts of a player, put together, and what they tell the outside."""

import asyncio

import aiohttp

from simulator.world import Device, Json, Wire, World

from . import messages
from .announcer import Announcer
from .body import Body
from .crew import Crew
from .display import Display
from .fetcher import Fetcher
from .link import Link
from .messages import Facts
from .settings import switch
from .sleep_timer import SleepTimer
from .storage import Storage
from .transport import Heard, Transport


class Workings:
    """What is inside a player. A player that is off tells nothing."""

    def __init__(
        self, device: Device, world: World, wire: Wire, session: aiohttp.ClientSession
    ) -> None:
        """Put the parts together, switched off."""
        self.device = device
        self.world = world
        self.wire = wire
        self.crew = Crew()
        self.link = Link()
        self.body = Body(device=device, clock=world.clock)
        self.fetcher = Fetcher(session, self.link, device.traits)
        self.announcer = Announcer(wire, world.faults)
        self.storage = Storage(self.fetcher, self.crew, world.downloads, self.remember)
        self.display = Display(self.fetcher, self.crew, device.traits)
        self.transport = Transport(
            world.clock,
            self.fetcher,
            self.storage,
            self.display,
            self.crew,
            device.traits,
            Heard(
                new_track=self.tell_new_track, changed=self.tell_changes, ticked=self.tell_position
            ),
            repeat_all=self._repeats_all,
        )
        self.sleep_timer = SleepTimer(world.clock, self.crew, self._fall_asleep)
        self.touched_at = 0.0
        """When something was last done with the player, by the event loop's time."""

    def touch(self) -> None:
        """Note that something is done with the player."""
        self.touched_at = asyncio.get_running_loop().time()

    def note(self, kind: str, **data: Json) -> None:
        """Write into the world's log."""
        self.world.note(kind, player=self.device.device_id, **data)

    def facts(self) -> Facts:
        """Return everything that messages tell, as it is now."""
        transport, body = self.transport, self.body
        started = transport.started
        return Facts(
            now=int(self.world.clock.now() + self.world.faults.clock_skew),
            card_id=started.card.card_id if started else "none",
            programme=transport.programme,
            playback=transport.playback,
            waiting=transport.waiting,
            position=int(transport.position),
            length=int(transport.length),
            source=started.source if started else None,
            repeat_all=self._repeats_all(),
            volume=body.volume,
            volume_max=body.volume_max,
            sleep_timer=self.sleep_timer.left,
            inserted=body.slot is not None,
            battery=body.battery,
            charging=body.charging,
            headphones=body.headphones,
            bluetooth=body.bluetooth,
            day=body.day,
            nightlight=body.nightlight,
            up_time=body.up_time,
            downloading=self.storage.is_downloading,
        )

    def tell_everything(self) -> None:
        """Send all of `data/events`, whether it was asked for or not."""
        self.announcer.tell_all(messages.events(self.facts()))
        self.remember()

    def tell_new_track(self, told: bool) -> None:  # noqa: FBT001 - a trait of the player
        """Send all of `data/events`, as players do when a track begins, or keep it to oneself."""
        if self.body.on:
            if told:
                self.announcer.tell_new_track(messages.events(self.facts()))
            else:
                self.announcer.withhold(messages.events(self.facts()))
            self.remember()

    def tell_changes(self) -> None:
        """Send what is not as it was told last."""
        if self.body.on:
            self.announcer.tell_changes(messages.events(self.facts()))
            self.remember()

    def tell_position(self) -> None:
        """Send the position too, as players do every five seconds."""
        if self.body.on:
            self.announcer.tell_changes(messages.events(self.facts()), position=True)

    def report_status(self) -> None:
        """Send `data/status`."""
        block = messages.status(self.facts(), self.device)
        self.announcer.post("data/status", {"status": block})

    def report_full_status(self, suffix: str, shut_down: str = "nA") -> None:
        """Send the long status block to a topic."""
        block = messages.full_status(self.facts(), self.device, shut_down)
        self.announcer.post(suffix, {"status": block})
        self.device.shadow = messages.shadow(block)

    def report_battery(self) -> None:
        """Send the small block about the battery."""
        self.announcer.post("status", {"status": messages.battery_block(self.facts())})

    def remember(self) -> None:
        """Keep what the cloud knows of the player up to date."""
        self.device.shadow = messages.shadow(messages.full_status(self.facts(), self.device))

    def _repeats_all(self) -> bool:
        return switch(self.device.config, "repeatAll")

    async def _fall_asleep(self) -> None:
        self.transport.pause()
        self.tell_changes()
