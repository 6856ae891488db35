"""Fixtures: installations shared by the tests of a file, or one of its own for a test that breaks things."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Iterator

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from peers.irc_client import IrcClient  # noqa: E402, after the path is set
from peers.world import World  # noqa: E402, after the path is set
from peers.xmpp_client import XmppClient  # noqa: E402, after the path is set
from sms_user import Numbers, register  # noqa: E402, after the path is set


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    """Shows the servers' logs with a failure."""
    outcome = yield
    report = outcome.get_result()
    world = getattr(item, "funcargs", {}).get("world")
    if report.failed and world:
        report.sections.append(("logs of the servers", world.workspace.logs()))


@pytest.fixture(scope="module")
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """Shared by the tests of a file. The file parametrises it: `pytestmark = against(...)`."""
    made = World(request.param, spares=True)
    yield made
    made.close()


class Cast:
    """The people of one test; they leave when it ends."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._present: list = []

    def client(self, user: str | None = None, resource: str = "one") -> XmppClient:
        return self._enter(self._world.client(user or self._world.user(), resource))

    def irc(self, nick: str | None = None) -> IrcClient:
        return self._enter(self._world.irc_client(nick))

    def leave(self) -> None:
        for person in reversed(self._present):
            self._world.workspace.remove(person)

    def _enter(self, person):
        self._present.append(person)
        return person


@pytest.fixture
def cast(world: World) -> Iterator[Cast]:
    made = Cast(world)
    yield made
    made.leave()


# ---- users with telephone numbers, where the world has SMS ----


@pytest.fixture(scope="module")
def numbers():
    return Numbers()


@pytest.fixture
def own(numbers):
    return numbers.take()


@pytest.fixture
def phone(numbers):
    return numbers.take()


@pytest.fixture
def provider(world):
    """Whatever a test does, the provider has nothing to complain of."""
    world.provider.release.clear()
    yield world.provider
    world.provider.release.set()
    assert not world.provider.complaints


@pytest.fixture
def alice(cast, own):
    """At her telephone number."""
    client = cast.client()
    client.presence()
    assert register(client, own).type == "result"
    return client
