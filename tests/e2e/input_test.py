"""Whatever a user or a stranger sends: one proper answer, nothing else broken, nothing injected."""

import socket

import pytest
from peers.stanza import that
from peers.wherry import IRC_DOMAIN
from peers.world import NETWORK, Plan, room_of
from plans import against

pytestmark = against([Plan("prosody", "inspircd", True, sms=True), Plan("ejabberd", "ngircd", False)])

MUC_X = "<x xmlns='http://jabber.org/protocol/muc'/>"


@pytest.fixture
def alice(cast):
    return cast.client()


@pytest.fixture(autouse=True)
def still_alive(world):
    """After each test wherry answers, and is the same process."""
    pid = world.wherry.process.pid
    yield
    assert world.probe.ping(IRC_DOMAIN).type == "result"
    assert world.wherry.process.pid == pid and world.wherry.process.running()


ROOMS = {
    "no such network": f"#room%nowhere.invalid@{IRC_DOMAIN}",
    "no network at all": f"#room@{IRC_DOMAIN}",
    "a space in the name": f"#a\\20b%{NETWORK}@{IRC_DOMAIN}",
    "a comma in the name": f"#a,#b%{NETWORK}@{IRC_DOMAIN}",
    "much too long": f"#{'x' * 400}%{NETWORK}@{IRC_DOMAIN}",
}


@pytest.mark.parametrize("case", ROOMS)
def test_joining_what_can_not_be_a_room_is_an_error(world, alice, case):
    alice.join(ROOMS[case], world.nick())
    alice.expect(that("presence", type="error"), 20)


NICKS = {"spaces": "two words", "a colon": ":colon", "an emoji": "😀", "a line break": "a&#10;QUIT", "digits first": "9lives"}


@pytest.mark.parametrize("case", NICKS)
def test_a_nick_that_irc_can_not_carry_is_refused_or_replaced(world, alice, case):
    room = room_of(world.channel())
    alice.send(f"<presence to='{room}/{NICKS[case]}'>{MUC_X}</presence>")

    def answer(stanza):
        return stanza.kind == "presence" and (stanza.type == "error" or 110 in stanza.codes)

    got = alice.stanzas.take(answer, 20, "a join under a replaced nick, or an error")
    assert got.type == "error" or 210 in got.codes


CONTROL = {
    "carriage return": "first&#13;QUIT :gotcha",
    "line feed": "first&#10;QUIT :gotcha",
    "both": "first&#13;&#10;PART #elsewhere",
}


@pytest.mark.parametrize("case", CONTROL)
@pytest.mark.parametrize("field", ["body", "subject"])
def test_control_characters_inject_no_commands(world, cast, alice, field, case):
    channel, nick = world.channel(), world.nick("ali")
    alice.joined(room_of(channel), nick)
    bob = cast.irc()
    bob.join(channel)
    alice.send(f"<message to='{room_of(channel)}' type='groupchat' id='c1'><{field}>{CONTROL[case]}</{field}></message>")
    sent = alice.say(room_of(channel), "still here", "groupchat")
    alice.expect(that("message", id=sent, type="groupchat"), 20)
    bob.wait_for("CHANNEL", channel, "still here", nick=nick)
    assert not bob.events.take_pending(lambda e: e.name in ("QUIT", "PART") and e.nick == nick)


def test_control_characters_in_a_part_reason_inject_nothing(world, cast, alice):
    channel, nick = world.channel(), world.nick("ali")
    alice.joined(room_of(channel), nick)
    alice.joined(room_of(world.channel()), nick)
    bob = cast.irc()
    bob.join(channel)
    alice.send(f"<presence type='unavailable' to='{room_of(channel)}/{nick}'><status>a&#13;QUIT :b</status></presence>")
    left = bob.wait_until(lambda e: e.nick == nick and e.name in ("PART", "QUIT"), "the departure")
    assert left.name == "PART"


def test_a_body_of_64_kib_is_refused_or_sent_in_parts(world, alice):
    channel, nick = world.channel(), world.nick("ali")
    alice.joined(room_of(channel), nick)
    sent = alice.say(room_of(channel), "x" * 65536, "groupchat")
    alice.expect(that("message", id=sent, where=lambda m: m.type in ("error", "groupchat")), 30)
    assert alice.ping(f"{room_of(channel)}/{nick}").type == "result"


IQS = {
    "unknown namespace": ("<query xmlns='urn:nobody:knows'/>", "get", ("cancel", "service-unavailable")),
    "unknown namespace, set": ("<query xmlns='urn:nobody:knows'/>", "set", ("cancel", "service-unavailable")),
    "no payload": ("", "get", ("modify", "bad-request")),
    "two payloads": ("<a xmlns='urn:a'/><b xmlns='urn:b'/>", "get", ("modify", "bad-request")),
}


@pytest.mark.parametrize("to", [IRC_DOMAIN, f"{NETWORK}@{IRC_DOMAIN}", f"nick%{NETWORK}@{IRC_DOMAIN}"])
@pytest.mark.parametrize("case", IQS)
def test_a_strange_iq_gets_one_error(alice, to, case):
    payload, type, error = IQS[case]
    assert alice.ask(to, payload, type).error == error


def test_an_answer_nobody_asked_for_is_not_answered(alice):
    for type in ("result", "error"):
        alice.send(f"<iq to='{IRC_DOMAIN}' type='{type}' id='n1'/>")
    alice.expect_none(that("iq", id="n1"), IRC_DOMAIN)


def test_messages_nobody_understands_are_not_answered(alice):
    alice.send(f"<message to='{IRC_DOMAIN}' type='headline' id='n2'><body>news</body></message>")
    alice.send(f"<message to='{IRC_DOMAIN}' type='error' id='n3'><body>oops</body></message>")
    alice.send(f"<message to='nick%{NETWORK}@{IRC_DOMAIN}' id='n4'><strange xmlns='urn:strange'/></message>")
    alice.expect_none(that("message"), IRC_DOMAIN)


def test_a_message_to_nobody_on_irc_is_an_error(world, alice):
    alice.joined(room_of(world.channel()), world.nick("ali"))
    sent = alice.say(f"nosuch%{NETWORK}@{IRC_DOMAIN}", "anybody?")
    alice.expect(that("message", type="error", id=sent, error=("cancel", "item-not-found")), 20)


GARBAGE = {
    "nothing": b"",
    "noise": bytes(range(256)),
    "a bad request line": b"GET\r\n\r\n",
    "an unknown path": b"GET /nothing/here HTTP/1.1\r\nHost: x\r\n\r\n",
    "an endless header": b"GET / HTTP/1.1\r\nX: " + b"a" * 70000 + b"\r\n\r\n",
    "a body too large": b"POST /kannel/sms/x/mo HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n",
    "a negative length": b"POST /kannel/sms/x/mo HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    "two lengths": b"POST /kannel/sms/x/mo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "tls to a plain port": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 300,
}


@pytest.mark.parametrize("case", GARBAGE)
def test_garbage_to_the_http_listener_is_refused(world, case):
    if not world.plan.sms:
        pytest.skip("no listener in this installation")
    with socket.create_connection(("127.0.0.1", world.wherry.settings.http_port), timeout=10) as connection:
        connection.sendall(GARBAGE[case])
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        try:
            while chunk := connection.recv(4096):
                answer += chunk
        except ConnectionResetError:
            pass
    assert not answer or answer.startswith(b"HTTP/1.1 4")
