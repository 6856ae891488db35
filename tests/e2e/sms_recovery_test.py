"""kill -9 with SMS on their way: what was accepted is sent, what came in arrives once."""

import socket
import threading

import pytest
from peers.inbox import NotSeen
from peers.kannel import FAILING
from peers.stanza import that
from peers.world import Plan, World, phone_of
from sms_user import ASK_RECEIPT

COUNT = 12


@pytest.fixture
def world():
    made = World(Plan("prosody", sms=True, carrier=True))
    yield made
    made.close()


def phone_texts(world, phone):
    return [sms.text for sms in world.kannel.phone.history if sms.receiver.lstrip("+") == phone.lstrip("+")]


def test_accepted_messages_survive_a_kill(world, alice, numbers):
    """The first ones are under way when wherry dies; all that it took from the XMPP server arrive."""
    phone = numbers.take()
    sent = {f"message {number}": "" for number in range(COUNT)}
    for text in sent:
        sent[text] = alice.say(phone_of(phone), text, inner=ASK_RECEIPT)
    world.kannel.wait_for_sms(phone)
    alice.ping(phone_of(phone).partition("@")[2])  # the XMPP server has handed everything over
    world.wherry.kill()
    world.restart_wherry()
    for text in sent.keys() - set(phone_texts(world, phone)):
        try:
            world.kannel.wait_for_sms(phone, 30, text)
        except NotSeen:
            # What may or may not have gone is not sent twice; the user is told instead.
            alice.expect(that("message", type="error", id=sent[text]))
    assert len(phone_texts(world, phone)) == len(set(phone_texts(world, phone))), "sent twice"


def turn_one_away(port):
    """Returns when somebody has called at the port of wherry, which is down, and was hung up on."""
    with socket.create_server(("127.0.0.1", port)) as closed_door:
        closed_door.settimeout(30)
        closed_door.accept()[0].close()


def test_a_report_that_came_while_wherry_was_down_is_passed_on(world, alice, numbers):
    phone, wherry_is_down = numbers.take(FAILING), threading.Event()

    def answer(_query):
        wherry_is_down.wait(30)
        return "ERR no such subscriber"

    world.kannel.carrier.answer = answer
    sent = alice.say(phone_of(phone), "report later", inner=ASK_RECEIPT)
    world.kannel.carrier.requests.take(lambda query: query["text"] == "report later", 20, "the message")
    world.wherry.kill()
    wherry_is_down.set()
    turn_one_away(world.wherry.settings.http_port)
    world.restart_wherry()
    alice.expect(that("message", type="error", id=sent), 40)


def test_inbound_messages_during_a_kill_arrive_once(world, alice, own, numbers):
    phone = numbers.take()
    texts = [f"from the phone {number}" for number in range(COUNT)]
    for text in texts[: COUNT // 2]:
        world.kannel.send_from_phone(phone, own, text)
    alice.expect(that("message", body=texts[0]), 20)
    world.wherry.kill()
    for text in texts[COUNT // 2 :]:
        world.kannel.send_from_phone(phone, own, text)
    world.restart_wherry()
    seen = {s.body for s in alice.stanzas.history}
    for text in (text for text in texts if text not in seen):
        alice.expect(that("message", body=text), 60)
    bodies = [s.body for s in alice.stanzas.history if s.body in texts]
    ids = [s.id for s in alice.stanzas.history if s.body in texts]
    # A copy that was on its way when wherry died may come again, but then with the id of the first.
    assert sorted(set(bodies)) == sorted(texts)
    assert len(set(ids)) == len(texts), "a repeated message has to keep its id"
