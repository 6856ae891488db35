"""A disk that takes nothing, and a restart: what needs no disk is served, and the rest is refused in words."""

import os
import stat

import pytest
from peers.component_port import ComponentPort
from peers.process import Workspace
from peers.raw_ircd import RawIrcd
from peers.stanza import REGISTER
from peers.wherry import IRC_DOMAIN, SECRETS, Component, IrcNetwork, Settings, Wherry

ALICE = "alice@example.test/one"
ROOM = f"#a%raw@{IRC_DOMAIN}"
MUC = "http://jabber.org/protocol/muc"


@pytest.fixture
def workspace():
    made = Workspace()
    yield made
    made.close()


@pytest.fixture
def without_disk(workspace, monkeypatch):
    """From now on wherry starts as on a full disk: none of its files may grow."""
    def begin():
        wrapper = workspace.directory("wrapper") / "wherry"
        wrapper.write_text(f"#!/bin/sh\nulimit -f 0\nexec {os.environ['WHERRY']} \"$@\"\n")
        wrapper.chmod(wrapper.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("WHERRY", str(wrapper))
    return begin


def is_in(stanza):
    return stanza.kind == "presence" and stanza.sender == f"{ROOM}/al" and 110 in stanza.codes


def test_it_starts_with_a_full_disk(workspace, without_disk):
    ircd = RawIrcd(workspace)
    port = ComponentPort(workspace, IRC_DOMAIN, SECRETS[IRC_DOMAIN])
    network = IrcNetwork("raw", ircd.port)
    wherry = Wherry(workspace, Settings([Component("irc", IRC_DOMAIN, port.port, [network])]))
    wherry.start()
    port.wait_up()
    assert wherry.terminate() == 0
    without_disk()
    wherry.start()
    wherry.process.wait_for_line("nothing can be written now")
    port.wait_up(after=1)
    port.send(f"<presence from='{ALICE}' to='{ROOM}/al'><x xmlns='{MUC}'/></presence>")
    port.expect(is_in, 20)
    ircd.connection("al").say(":bo!u@h PRIVMSG #a :still here")
    port.expect(lambda stanza: stanza.kind == "message" and stanza.sender == f"{ROOM}/bo")
    refused = port.ask(ALICE, IRC_DOMAIN, f"<query xmlns='{REGISTER}'><nick>al</nick></query>", "set")
    assert refused.error == ("wait", "resource-constraint")
