"""What an operator's rules do to texts: limits, destinations, STOP; and numbers as addresses, with names."""

import pytest
from peers.stanza import that
from peers.wherry import SMS_DOMAIN, SmsNetwork
from peers.world import Plan, phone_of
from plans import against
from sms_test import mo, received
from sms_user import ASK_RECEIPT, register

pytestmark = against([Plan("prosody", sms=True)])

RULES = """\
user_limits = ["3 messages/day"]
same_text_numbers = 2
deny = ["+1555999"]
stop_reply = "You get no more texts."
"""
ERROR_TEXT = "c:error/{urn:ietf:params:xml:ns:xmpp-stanzas}text"
NICK = "{http://jabber.org/protocol/nick}nick"


@pytest.fixture(scope="module", autouse=True)
def rules(world):
    world.wherry.terminate()
    component = world.wherry.settings.components[1]
    component.networks = [SmsNetwork(world.kannel.send_url, more=RULES)]
    component.admins = [world.probe.bare]
    world.restart_wherry()
    world.probe.presence()


def refused(client, sent, error):
    return client.expect(that("message", type="error", id=sent, error=error), 20).text(ERROR_TEXT)


def test_a_limit_holds_over_a_restart_and_a_new_registration(world, cast, numbers):
    alice = cast.client()
    alice.presence()
    assert register(alice, numbers.take()).type == "result"
    phone = numbers.take()
    for text in ("one", "two", "three"):
        alice.say(phone_of(phone), text)
        world.kannel.wait_for_sms(phone, text=text)
    sent = alice.say(phone_of(phone), "four")
    words = refused(alice, sent, ("wait", "resource-constraint"))
    assert "3 messages in a day, which ends at " in words and "UTC" in words
    world.wherry.terminate()
    world.restart_wherry()
    refused(alice, alice.say(phone_of(phone), "five"), ("wait", "resource-constraint"))
    assert alice.ask(SMS_DOMAIN, "<query xmlns='jabber:iq:register'><remove/></query>", "set").type == "result"
    assert register(alice, numbers.take()).type == "result"
    refused(alice, alice.say(phone_of(phone), "six"), ("wait", "resource-constraint"))
    alice.say(SMS_DOMAIN, "usage")
    alice.expect(that("message", SMS_DOMAIN, where=lambda m: m.body and "this day: 3 of 3 messages" in m.body))


@pytest.mark.parametrize("number", ["+447700900123", "+19005551234", "+15559990000"])
def test_destinations_that_are_not_allowed_are_refused_in_words(alice, number):
    assert refused(alice, alice.say(phone_of(number), "hi"), ("cancel", "not-allowed"))


def test_stop_holds_texts_back_until_start(world, alice, own, numbers):
    phone = numbers.take()
    assert mo(world, own, phone, "Stop", "2026-11-21 00:04:26") == 200
    alice.expect(that("message", body="Stop"))
    alice.expect(that("message", SMS_DOMAIN, where=lambda m: m.body and phone in m.body and "no more texts" in m.body))
    world.kannel.wait_for_sms(phone, text="You get no more texts.")
    refused(alice, alice.say(phone_of(phone), "still there?"), ("auth", "forbidden"))
    assert mo(world, own, phone, "START", "2026-11-21 00:04:27") == 200
    alice.expect(that("message", SMS_DOMAIN, where=lambda m: m.body and "takes your texts again" in m.body))
    alice.say(phone_of(phone), "welcome back")
    world.kannel.wait_for_sms(phone, text="welcome back")


def test_another_spelling_is_sent_and_named(world, alice, numbers):
    phone = numbers.take()
    alice.say(f"{phone[2:5]}\\20{phone[5:]}@{SMS_DOMAIN}", "hello", inner=ASK_RECEIPT)
    world.kannel.wait_for_sms(phone, text="hello")
    alice.expect(that("message", phone_of(phone), where=lambda m: m.body and f"is {phone}" in m.body))


def test_a_name_comes_with_what_its_number_says(world, alice, own, numbers):
    phone = numbers.take()
    alice.say(SMS_DOMAIN, f"name {phone} Juliet & Nurse")
    alice.expect(that("message", SMS_DOMAIN, where=lambda m: m.body and "is Juliet & Nurse now" in m.body))
    world.kannel.send_from_phone(phone, own, "hello there")
    assert alice.expect(that("message", body="hello there"), 20).text(NICK) == "Juliet & Nurse"


def test_one_message_for_two_numbers(world, alice, numbers):
    phones = [numbers.take(), numbers.take()]
    addresses = "".join(f"<address type='to' jid='{phone_of(phone)}'/>" for phone in phones)
    sent = alice.say(SMS_DOMAIN, "to both of you",
                     inner=f"{ASK_RECEIPT}<addresses xmlns='http://jabber.org/protocol/address'>{addresses}</addresses>")
    for phone in phones:
        world.kannel.wait_for_sms(phone, text="to both of you")
    senders = {alice.expect(received(sent), 20).sender.partition("/")[0] for _ in phones}
    assert senders == {phone_of(phone) for phone in phones}


def test_one_text_to_many_numbers_is_throttled_and_told_to_the_admins(world, alice, numbers):
    for _ in range(2):
        alice.say(phone_of(numbers.take()), "buy now")
    refused(alice, alice.say(phone_of(numbers.take()), "buy now"), ("wait", "policy-violation"))
    told = world.probe.expect(that("message", SMS_DOMAIN, where=lambda m: m.body and alice.bare in m.body))
    assert "buy now" not in told.body


def test_a_text_for_nobodys_number_is_told_to_the_admins(world, numbers):
    nobody = numbers.take()
    assert mo(world, nobody, numbers.take(), "is anybody there?") == 503
    told = world.probe.expect(that("message", SMS_DOMAIN, where=lambda m: m.body and "nobody has registered" in m.body))
    assert nobody not in told.body and nobody[-2:] in told.body and "anybody there" not in told.body


def test_a_number_is_claimed_with_a_code_that_kannel_carries(world, cast, numbers):
    """The last one: wherry is started with other rules."""
    world.wherry.terminate()
    gateways, own, phone = numbers.take(), numbers.take(), numbers.take()
    rules = f'assign = "claim"\nnumbers = ["{gateways}"]\n'
    world.wherry.settings.components[1].networks = [SmsNetwork(world.kannel.send_url, more=rules)]
    world.restart_wherry()
    alice = cast.client()
    alice.presence()
    assert register(alice, own).type == "result"
    sms = world.kannel.wait_for_sms(own)
    assert sms.sender.lstrip("+") == gateways.lstrip("+") and " is your code for " in sms.text
    alice.say(SMS_DOMAIN, sms.text[:6])
    alice.expect(that("message", SMS_DOMAIN, where=lambda m: m.body == f"{own} is your number now."))
    alice.say(phone_of(phone), "mine")
    assert world.kannel.wait_for_sms(phone, text="mine").sender.lstrip("+") == own.lstrip("+")
