"""An XMPP server that dies in its ways while an IRC channel talks: nothing is lost, and what comes once more can be told.

Each line has a number. The server is a thread of the test, which reads, stalls, resets and ends streams as it is told.
"""

from __future__ import annotations

import threading
from collections import defaultdict

import pytest
from peers.component_port import ComponentPort
from peers.plain_ircd import PlainIrcd
from peers.process import Workspace
from peers.stanza import MUC, Stanza
from peers.wherry import IRC_DOMAIN, SECRETS, Component, IrcNetwork, Settings, Wherry

ALICE = "alice@example.test/one"
ROOM = f"#talk%plain@{IRC_DOMAIN}"
DELAY = "{urn:xmpp:delay}delay"
STANZA_ID = "{urn:xmpp:sid:0}stanza-id"
NOTICED = 25.0  # seconds; it has to take 20 at most


class Scene:
    def __init__(self) -> None:
        self.workspace = Workspace()
        self.heard: dict[int, list[Stanza]] = defaultdict(list)
        self.order: list[int] = []
        self.other: list[Stanza] = []
        self._news = threading.Condition()
        self.port = ComponentPort(self.workspace, IRC_DOMAIN, SECRETS[IRC_DOMAIN])
        self.port.present.add(ALICE)
        self.port.on_message = self._hear
        self.irc = PlainIrcd(self.workspace)
        component = Component("irc", IRC_DOMAIN, self.port.port, [IrcNetwork("plain", self.irc.port)])
        self.wherry = Wherry(self.workspace, Settings([component]))
        self.wherry.start()
        self.port.wait_up()
        self.port.send(f"<presence from='{ALICE}' to='{ROOM}/ali'><x xmlns='{MUC}'/></presence>")
        self.port.expect(lambda s: s.kind == "presence" and s.sender == f"{ROOM}/ali" and s.type == "")

    def close(self) -> None:
        self.workspace.close()

    def _hear(self, message: Stanza) -> None:
        with self._news:
            body = message.body or ""
            if body.startswith("line "):
                number = int(body.split()[1])
                if number not in self.heard:
                    self.order.append(number)
                self.heard[number].append(message)
            else:
                self.other.append(message)
            self._news.notify_all()

    def talk(self, first: int, end: int) -> None:
        for number in range(first, end, 50):
            self.irc.say("#talk", *(f"line {n} {'x' * 80}" for n in range(number, min(end, number + 50))))

    def wait_heard(self, end: int, timeout: float = 60.0) -> None:
        with self._news:
            done = self._news.wait_for(lambda: len(self.heard) >= end, timeout)
        missing = sorted(set(range(end)) - set(self.heard))
        assert done, f"{len(missing)} of {end} lost, the first: {missing[:5]}"

    def wait_count(self, count: int) -> None:
        with self._news:
            assert self._news.wait_for(lambda: len(self.heard) >= count, 30.0), f"only {len(self.heard)} came"

    def wait_other(self, words: str) -> Stanza:
        def found() -> Stanza | None:
            return next((message for message in self.other if words in (message.body or "")), None)

        with self._news:
            assert self._news.wait_for(found, 30.0), f"nothing with {words!r} came"
            return found()

    def check(self, uncertain: int) -> None:
        """What came twice is the same, tells when it was sent first, and is not more than was uncertain."""
        assert self.order == sorted(self.order)
        doubled = [copies for copies in self.heard.values() if len(copies) > 1]
        assert len(doubled) <= uncertain
        for copies in doubled:
            first, *more = copies
            for again in more:
                assert again.find(DELAY) is not None
                assert (again.id, again.body) == (first.id, first.body)
                assert again.find(STANZA_ID).attrib == first.find(STANZA_ID).attrib


@pytest.fixture
def scene():
    made = Scene()
    try:
        yield made
    except BaseException:
        print(made.workspace.logs())
        raise
    finally:
        made.close()


BATCH = 2000  # messages, about; what may be uncertain


def test_a_server_that_stalls_and_is_killed_loses_nothing(scene):
    scene.talk(0, 2000)
    scene.wait_count(1000)
    scene.port.reads.clear()
    scene.talk(2000, 4000)
    scene.port.reset()
    scene.port.wait_up(after=1)
    scene.talk(4000, 6000)
    scene.wait_heard(6000)
    scene.check(BATCH)


def test_a_server_that_hangs_is_noticed_and_loses_nothing(scene):
    scene.talk(0, 1000)
    scene.wait_heard(1000)
    scene.port.reads.clear()
    talking = threading.Thread(target=scene.talk, args=(1000, 4000))
    talking.start()
    scene.wherry.process.wait_for_line("not connected to .*(did not answer|takes nothing|timed out)", NOTICED)
    scene.port.reset()
    scene.port.wait_up(after=1)
    talking.join()
    scene.wait_heard(4000)
    scene.check(BATCH)


def test_a_server_that_restarts_again_and_again_loses_nothing(scene):
    talking = threading.Thread(target=scene.talk, args=(0, 20_000))
    talking.start()
    for times in range(1, 6):
        scene.wait_count(times * 2000)
        scene.port.close()
        scene.port.open()
        scene.port.wait_up(30.0, after=times)
    talking.join()
    scene.wait_heard(20_000)
    scene.check(5 * BATCH)


def test_a_message_that_ends_the_stream_is_given_up_alone(scene):
    scene.port.dislikes = lambda stanza: "line 150 " in (stanza.body or "")
    scene.talk(0, 300)
    scene.wherry.process.wait_for_line("gave up a stanza from", 60.0)
    scene.wait_count(299)
    assert set(range(300)) - set(scene.heard) == {150}
    instead = scene.wait_other("is missing here")
    assert (instead.type, instead.sender) == ("groupchat", f"{ROOM}/peer")
    before = scene.port.connections
    scene.talk(300, 400)
    scene.wait_count(399)
    assert scene.port.connections == before
