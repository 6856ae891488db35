"""No turn of the loop takes over 50 ms of CPU time, whatever an IRC server or an XMPP user sends."""

import os
import signal

import pytest
from peers.component_port import ComponentPort
from peers.process import Workspace
from peers.raw_ircd import NAME, RawIrcd
from peers.stanza import PING, may_speak, that
from peers.wherry import IRC_DOMAIN, SECRETS, Component, IrcNetwork, Settings, Wherry

LIMIT = 50  # ms
NETWORK = "raw"
MUC = "http://jabber.org/protocol/muc"
ITEMS = "http://jabber.org/protocol/disco#items"
SET = "http://jabber.org/protocol/rsm"
LONG = 120.0


class Scene:
    def __init__(self, more=""):
        self.workspace = Workspace()
        try:
            self.ircd = RawIrcd(self.workspace)
            self.port = ComponentPort(self.workspace, IRC_DOMAIN, SECRETS[IRC_DOMAIN])
            network = IrcNetwork(NETWORK, self.ircd.port, more="burst = 0\n")
            component = Component("irc", IRC_DOMAIN, self.port.port, [network])
            component.toml = lambda inner=component.toml: inner().replace("admins =", f"{more}archive = false\nadmins =")
            self.wherry = Wherry(self.workspace, Settings([component]))
            self.wherry.start()
            self.port.wait_up()
        except BaseException:
            print(self.workspace.logs())
            self.workspace.close()
            raise

    def join(self, user, room, nick, id="", awaited=True):
        address = f"{room}%{NETWORK}@{IRC_DOMAIN}/{nick}"
        self.port.send(f"<presence from='{user}' to='{address}' id='{id}'><x xmlns='{MUC}'/></presence>")
        if awaited:
            self.port.expect(lambda stanza: stanza.kind == "presence" and stanza.sender == address and 110 in stanza.codes,
                             LONG)
        return self.ircd.connection(nick) if awaited else None

    def ping(self, user):
        """True: what was sent before has been looked at."""
        return self.port.ask(user, IRC_DOMAIN, f"<ping xmlns='{PING}'/>", timeout=LONG).type == "result"

    def longest_turn(self):
        """In ms, since the start."""
        self.wherry.process.signal(signal.SIGUSR1)
        return int(self.wherry.process.wait_for_line(r"longest turn took (\d+) ms")[1])

    def cpu(self):
        """Seconds that wherry has used."""
        with open(f"/proc/{self.wherry.process.pid}/stat", encoding="ascii") as stat:
            fields = stat.read().rsplit(") ", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.fixture
def scene(request):
    made = Scene(getattr(request, "param", ""))
    yield made
    longest = made.longest_turn()
    made.workspace.close()
    assert longest <= LIMIT


ALICE = "alice@example.test/one"
BOB = "bob@example.test/one"


def people(count):
    return [f"p{number}" for number in range(count)]


def test_texts_of_strangers_in_a_room_of_50000(scene):
    scene.ircd.names["#big"] = people(50_000)
    server = scene.join(ALICE, "#big", "alice")
    server.settle()
    before = scene.cpu()
    server.say(*(f":stranger{number}!u@h PRIVMSG #big :hello" for number in range(3000)))
    server.settle()
    assert scene.ping(ALICE)
    scene.port.expect(that("message", f"#big%{NETWORK}@{IRC_DOMAIN}/stranger2999"), LONG)
    assert scene.cpu() - before < 3


def test_a_list_of_300000_names(scene):
    scene.ircd.names["#huge"] = people(300_000)
    scene.join(ALICE, "#huge", "alice").settle(LONG)
    assert scene.ping(BOB)


def test_everybody_changes_in_a_room_of_50000(scene):
    scene.ircd.names["#big"] = people(50_000)
    server = scene.join(ALICE, "#big", "alice")
    server.say(*(f":p{number}!u@h NICK q{number}" for number in range(10_000)))
    server.say(*(f":op!u@h MODE #big {'+' if number % 2 else '-'}m" for number in range(500)))
    server.say(*(f":{NAME} 352 alice #big u h s p{number} G :0 name" for number in range(10_000, 20_000)))
    server.say(*(f":p{number}!u@h QUIT :a.b c.d" for number in range(20_000, 40_000)))
    server.say(*(f":{NAME} 005 alice CASEMAPPING={'rfc1459' if number % 2 else 'ascii'} :are supported"
                 for number in range(200)))
    server.settle(LONG)
    assert scene.ping(BOB)


def test_a_list_that_names_nobody_of_50000(scene):
    scene.ircd.names["#big"] = people(50_000)
    server = scene.join(ALICE, "#big", "alice")
    server.tell("353", "= #big :alice")
    server.tell("366", "#big :End of NAMES")
    room = f"#big%{NETWORK}@{IRC_DOMAIN}"
    scene.port.expect(that("presence", f"{room}/p9999", type="unavailable"), LONG)
    server.settle(LONG)
    assert scene.ping(BOB)


def test_out_of_a_room_of_50000(scene):
    scene.ircd.names["#big"] = people(50_000)
    server = scene.join(ALICE, "#big", "alice")
    server.say(":op!u@h KICK #big alice :out")
    scene.port.expect(that("presence", f"#big%{NETWORK}@{IRC_DOMAIN}/alice", type="unavailable", codes=[307]), LONG)
    assert scene.ping(BOB)


def test_names_that_become_one_in_two_rooms_of_50000(scene):
    for room in ("#one", "#two"):
        scene.ircd.names[room] = [f"p{sign}{number}" for number in range(25_000) for sign in "[{"]
        server = scene.join(ALICE, room, "alice")
    server.tell("005", "CASEMAPPING=rfc1459 PREFIX=(qaohv)~&@%+ :are supported")
    for room in ("#one", "#two"):
        last = that("presence", where=lambda stanza, room=room: stanza.type == "unavailable"
                    and stanza.sender.startswith(f"{room}%{NETWORK}@{IRC_DOMAIN}/p") and stanza.sender.endswith("9999"))
        scene.port.expect(last, LONG)
    server.settle(LONG)
    assert scene.ping(BOB)


def test_a_connection_with_two_rooms_of_50000_breaks(scene):
    rooms = ("#one", "#two")
    for room in rooms:
        scene.ircd.names[room] = people(50_000)
        server = scene.join(ALICE, room, "alice")
        scene.ircd.lines.take(lambda line, room=room: line.startswith(f"JOIN {room}"), LONG)
    scene.ircd.names["#one"] = [f"q{number}" for number in range(50_000)]
    server.close()
    for room in rooms:
        scene.ircd.lines.take(lambda line, room=room: line.startswith(f"JOIN {room}"), LONG)
        sender = f"{room}%{NETWORK}@{IRC_DOMAIN}/alice"
        scene.port.expect(that("presence", sender, where=may_speak), LONG)
        scene.port.send(f"<presence type='unavailable' from='{ALICE}' to='{sender}'/>")
    scene.port.expect(that("presence", f"#two%{NETWORK}@{IRC_DOMAIN}/alice", type="unavailable"), LONG)
    assert scene.ping(BOB)


def test_many_rooms_at_once(scene):
    server = scene.join(ALICE, "#first", "alice")
    for number in range(500):
        server.say(f":alice!user@host JOIN #forced{number}", f":{NAME} 353 alice = #forced{number} :alice p1 p2",
                   f":{NAME} 366 alice #forced{number} :End")
    server.say(*(f":p1!u@h NICK p{number}" for number in range(3, 2000)))
    server.say(*(f":nobody{number}!u@h QUIT :gone" for number in range(5000)))
    server.settle(LONG)
    assert scene.ping(BOB)


def ask_for_rooms(number):
    return (f"<iq type='get' from='{ALICE}' to='{NETWORK}@{IRC_DOMAIN}' id='list{number}'><query xmlns='{ITEMS}'>"
            f"<set xmlns='{SET}'><max>100</max></set></query></iq>")


def test_a_list_of_20000_rooms(scene):
    scene.ircd.rooms = [f"#room{number} {number} :about number {number}" for number in range(20_000)]
    scene.join(ALICE, "#a", "alice").settle()
    first = "".join(ask_for_rooms(number) for number in range(40))
    scene.port.send(first)
    for number in range(40):
        answer = scene.port.expect(lambda stanza, id=f"list{number}": stanza.id == id, LONG)
        assert answer.type == "result" and len(answer.find_all(f".//{{{ITEMS}}}item")) == 100
    before = scene.cpu()
    scene.port.send("".join(ask_for_rooms(number) for number in range(100, 400)))
    assert scene.ping(BOB)
    answers = [scene.port.expect(lambda stanza, id=f"list{number}": stanza.id == id, LONG) for number in range(100, 400)]
    refused = [answer for answer in answers if answer.type == "error"]
    assert all(answer.error[1] == "resource-constraint" for answer in refused)
    assert scene.cpu() - before < 1
    asked = [line for line in scene.ircd.lines.history if line.startswith("LIST")]
    assert len(asked) == 1
    scene.join(BOB, "#b", "bob").settle()
    scene.port.send(ask_for_rooms(1000).replace(ALICE, BOB))
    assert scene.port.expect(lambda stanza: stanza.id == "list1000", LONG).type == "result"
    assert len([line for line in scene.ircd.lines.history if line.startswith("LIST")]) == 1


@pytest.mark.parametrize("scene", ["any_irc_server = true\n"], indirect=True)
def test_joins_at_4200_servers(scene):
    """One user may join 180 rooms at once and have twenty connections; who is refused is told so, and it costs little."""
    scene.join(BOB, "#b", "bob")
    before = scene.cpu()
    for number in range(4200):
        scene.port.send(f"<presence from='{ALICE}' to='#a%host{number}.invalid@{IRC_DOMAIN}/al' id='j{number}'>"
                        f"<x xmlns='{MUC}'/></presence>")
    assert scene.ping(BOB)
    refusals = [scene.port.expect(lambda stanza, id=f"j{number}": stanza.id == id, LONG) for number in range(200, 4200)]
    assert all(stanza.error == ("wait", "resource-constraint") for stanza in refusals)
    assert scene.cpu() - before < 3


def test_thousands_of_joins_and_questions_of_one_user(scene):
    server = scene.join(ALICE, "#a", "alice")
    stanzas = []
    for number in range(3000):
        room = f"#r{number}%{NETWORK}@{IRC_DOMAIN}"
        stanzas.append(f"<presence from='{ALICE}' to='{room}/alice' id='j{number}'><x xmlns='{MUC}'/></presence>"
                       f"<iq type='get' from='{ALICE}' to='{room}' id='q{number}'><query xmlns='{ITEMS}'/></iq>"
                       f"<presence type='unavailable' from='{ALICE}' to='{room}/alice'/>")
    scene.port.send("".join(stanzas))
    assert scene.ping(BOB)
    server.settle(LONG)
