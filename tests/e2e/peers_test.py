"""The peers among themselves, without wherry: when these fail, it is the harness and not the gateway."""

import os
import select

import pytest
from peers.ca import TestCa
from peers.inbox import NotSeen
from peers.irc_client import IrcClient
from peers.process import Process, Workspace
from peers.stanza import that
from peers.world import DOMAIN, IRC_SERVERS, XMPP_SERVERS, password_of
from peers.xmpp_client import XmppClient
from plans import WITH_HYBRID


@pytest.fixture
def workspace():
    with Workspace() as made:
        yield made


@pytest.mark.parametrize("kind", [
    pytest.param(kind, marks=[WITH_HYBRID] if kind == "hybrid" else []) for kind in IRC_SERVERS])
def test_two_irc_clients_talk(workspace, kind):
    server = IRC_SERVERS[kind](workspace, TestCa(workspace.directory("ca")))
    bob, dan = IrcClient(workspace, server.port, "bob"), IrcClient(workspace, server.port, "dan")
    bob.join("#a")
    dan.join("#a")
    bob.wait_for("JOIN", "#a", nick="dan")
    bob.say("#a", "héllo")
    dan.wait_for("CHANNEL", "#a", "héllo", nick="bob")
    dan.say("bob", "psst")
    bob.wait_for("PRIVMSG", "bob", "psst", nick="dan")


@pytest.mark.parametrize("kind", XMPP_SERVERS)
def test_two_xmpp_clients_talk(workspace, kind):
    users = {name: password_of(name) for name in ("alice", "carol")}
    server = XMPP_SERVERS[kind](workspace, DOMAIN, users, {"irc.example.test": "secret"})
    alice = workspace.add(XmppClient(f"alice@{DOMAIN}/one", users["alice"], server.client_port))
    carol = workspace.add(XmppClient(f"carol@{DOMAIN}/one", users["carol"], server.client_port))
    sent = alice.say(carol.jid, "<&> 😀")
    carol.expect(that("message", alice.jid, id=sent, body="<&> 😀"))


def test_a_process_that_ends_is_noticed_at_once(workspace):
    process = Process("short", ["sh", "-c", "echo started; exit 3"], workspace.path)
    process.wait_for_line("started")
    with pytest.raises(NotSeen):
        process.wait_for_line("never", timeout=5)
    assert process.wait(5) == 3


def test_a_whole_group_is_killed(workspace):
    process = Process("group", ["sh", "-c", "sleep 1000 & echo $!; wait"], workspace.path)
    child = os.pidfd_open(int(process.wait_for_line(r"(\d+)")[1]))
    try:
        process.stop()
        assert select.select([child], [], [], 5)[0], "the shell's child outlived it"
    finally:
        os.close(child)
