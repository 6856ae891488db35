"""SMS over Kannel: out to a phone, delivery reports, and in from a phone, once each."""

import http.client

import pytest
from peers.kannel import FAILING
from peers.stanza import DISCO_INFO, RECEIPTS, REGISTER, that
from peers.wherry import SMS_DOMAIN, WEBHOOK_SECRET
from peers.world import Plan, phone_of
from plans import against
from sms_user import ASK_RECEIPT, register

pytestmark = against([Plan("prosody", sms=True, carrier=True), Plan("ejabberd", sms=True, carrier=True)])



def received(sent):
    """The receipt (XEP-0184) of a message."""
    return that("message", has=f"{{{RECEIPTS}}}received",
                where=lambda m: m.find(f"{{{RECEIPTS}}}received").get("id") == sent)


def test_a_message_reaches_the_phone(world, alice, own, numbers):
    phone = numbers.take()
    alice.say(phone_of(phone), "Hello from the river, ünï €")
    sms = world.kannel.wait_for_sms(phone)
    assert sms.text == "Hello from the river, ünï €"
    assert sms.sender.lstrip("+") == own.lstrip("+")


def test_emoji_and_other_scripts_reach_the_phone(world, alice, numbers):
    phone = numbers.take()
    alice.say(phone_of(phone), "Привет 😀")
    assert world.kannel.wait_for_sms(phone).text == "Привет 😀"


def test_a_receipt_comes_when_it_was_asked_for(world, alice, numbers):
    phone = numbers.take()
    sent = alice.say(phone_of(phone), "did you get this?", inner=ASK_RECEIPT)
    world.kannel.wait_for_sms(phone)
    receipt = alice.expect(received(sent), 20)
    assert receipt.sender.startswith(phone_of(phone))


def test_no_receipt_comes_unasked(world, alice, numbers):
    phone, other = numbers.take(), numbers.take()
    unasked = alice.say(phone_of(phone), "no need to answer")
    world.kannel.wait_for_sms(phone)
    asked = alice.say(phone_of(other), "but here", inner=ASK_RECEIPT)
    alice.expect(received(asked), 20)
    assert not alice.stanzas.take_pending(received(unasked))


FAILURES = {
    "refused for good": ("ERR no such subscriber", ("cancel", "item-not-found")),
    "refused until Kannel gave up": ("LATER please", ("wait", "recipient-unavailable")),
}


@pytest.mark.parametrize("case", FAILURES)
def test_a_failed_delivery_is_an_error_with_the_id(world, alice, numbers, case):
    answer, error = FAILURES[case]
    phone = numbers.take(FAILING)
    world.kannel.carrier.answer = lambda _query: answer
    sent = alice.say(phone_of(phone), "into the void", inner=ASK_RECEIPT)
    refused = alice.expect(that("message", type="error", id=sent, error=error), 30)
    assert refused.sender.startswith(phone_of(phone))
    assert not alice.stanzas.take_pending(received(sent))


def test_a_failure_reported_later_is_an_error_with_the_id(world, alice, own, numbers):
    phone = numbers.take(FAILING)
    world.kannel.carrier.answer = lambda _query: "OK id=4711"
    sent = alice.say(phone_of(phone), "taken at first", inner=ASK_RECEIPT)
    world.kannel.carrier.requests.take(lambda query: query["text"] == "taken at first", 20, "the message")
    assert not alice.stanzas.take_pending(that("message", type="error", id=sent))
    world.kannel.report_from_carrier("4711", 2, "undeliv", own)
    refused = alice.expect(that("message", type="error", id=sent, error=("cancel", "item-not-found")), 20)
    assert "undeliv" in refused.text("c:error/{urn:ietf:params:xml:ns:xmpp-stanzas}text")


def test_a_short_code_is_a_telephone(world, alice):
    alice.say(phone_of("72975"), "JOIN")
    assert world.kannel.wait_for_sms("72975").text == "JOIN"


def test_equal_messages_from_a_phone_are_two(world, alice, own, numbers):
    phone = numbers.take()
    for text in ("ok", "ok", "that was all"):
        world.kannel.send_from_phone(phone, own, text)
    alice.expect(that("message", body="that was all"), 20)
    assert [s.body for s in alice.stanzas.history].count("ok") == 2


def test_a_message_from_a_phone_arrives(world, alice, own, numbers):
    phone = numbers.take()
    world.kannel.send_from_phone(phone, own, "Grüße 😀")
    got = alice.expect(that("message", body="Grüße 😀"), 20)
    assert got.sender.startswith(phone_of(phone)) and got.type in ("chat", "")


def mo(world, own, phone, text, time="2026-11-21 00:04:26", kind="mo", secret=WEBHOOK_SECRET):
    """What smsbox posts for an inbound message; the status of the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", world.wherry.settings.http_port, timeout=10)
    headers = {"Content-Type": "text/plain; charset=UTF-8", "X-Kannel-From": phone, "X-Kannel-To": own,
               "X-Kannel-Time": time, "Date": time, "X-Kannel-SMSC": "FAKE", "X-Kannel-Coding": "0"}
    connection.request("POST", f"/kannel/sms/{secret}/{kind}", text.encode(), headers)
    status = connection.getresponse().status
    connection.close()
    return status


def test_a_message_that_kannel_repeats_is_delivered_once(world, alice, own, numbers):
    phone = numbers.take()
    for _ in range(3):
        assert mo(world, own, phone, "only once", "2026-11-21 00:04:26") == 200
    assert mo(world, own, phone, "the next one", "2026-11-21 00:04:27") == 200
    alice.expect(that("message", body="the next one"), 20)
    assert [s.body for s in alice.stanzas.history].count("only once") == 1


def test_a_message_too_long_for_a_stanza_is_refused(world, alice, own, numbers):
    phone = numbers.take()
    assert mo(world, own, phone, "&" * 65537) == 413
    assert mo(world, own, phone, "&" * 65536) == 200
    alice.expect(that("message", body="&" * 65536), 20)


@pytest.mark.parametrize("sender", ["O'Neill & Sons Ltd", "+123", "Auskunft-ÄÖÜ", "*100#"])
def test_a_sender_that_has_no_number_can_be_named_but_not_answered(world, alice, own, sender):
    text = f"from {sender}"
    assert mo(world, own, sender.encode().decode("latin-1"), text) == 200
    contact = alice.expect(that("message", body=text), 20).sender.partition("/")[0]
    assert sender.lower() in contact.partition("@")[0].replace("\\20", " ").replace("\\26", "&").replace("\\27", "'")
    assert alice.ask(contact, f"<query xmlns='{DISCO_INFO}'/>").type == "result"
    sent = alice.say(contact, "who are you?")
    alice.expect(that("message", type="error", id=sent, error=("cancel", "feature-not-implemented")))


def test_a_wrong_webhook_secret_is_refused(world, alice, own, numbers):
    phone = numbers.take()
    assert mo(world, own, phone, "forged", "2026-11-21 00:05:00", secret="guess") in (401, 403, 404)
    mo(world, own, phone, "genuine", "2026-11-21 00:05:01")
    alice.expect(that("message", body="genuine"), 20)
    assert "forged" not in [s.body for s in alice.stanzas.history]


def test_a_message_for_somebody_offline_is_kept(world, alice, own, numbers):
    phone = numbers.take()
    user = alice.bare.partition("@")[0]
    alice.close()
    assert mo(world, own, phone, "while you were out") == 200
    again = world.client(user, "later")
    again.ping(SMS_DOMAIN)  # its answer comes behind the text, which the server has put aside then
    again.presence()
    again.expect(that("message", body="while you were out"), 20)


def test_a_long_message_arrives_whole(world, alice, numbers):
    phone, text = numbers.take(), "0123456789" * 30
    alice.say(phone_of(phone), text)
    whole = ""
    while len(whole) < len(text):
        whole += world.kannel.wait_for_sms(phone).text[-153:]
    assert len(whole) >= len(text)


REFUSED = {
    "emergency number": ("112", ("cancel", "not-allowed")),
    "emergency number of elsewhere": ("911", ("cancel", "not-allowed")),
    "name of a sender, which can't be answered": ("hello", ("cancel", "feature-not-implemented")),
    "too long a number": ("+1234567890123456789", ("modify", "jid-malformed")),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_message_to_a_number_that_is_none_is_refused_in_words(world, alice, case):
    number, error = REFUSED[case]
    sent = alice.say(phone_of(number), "help")
    refused = alice.expect(that("message", type="error", id=sent, error=error))
    assert refused.text("c:error/{urn:ietf:params:xml:ns:xmpp-stanzas}text")
    assert not world.kannel.phone.take_pending(lambda sms: sms.text == "help")


def test_an_unregistered_user_is_told_to_register(cast, numbers):
    client = cast.client()
    sent = client.say(phone_of(numbers.take()), "free ride?")
    client.expect(that("message", type="error", id=sent, error=("auth", "registration-required")))


@pytest.mark.parametrize("number", ["", "not a number", "112", "+1", "00000000000000000000"])
def test_registering_what_is_no_number_is_refused(cast, number):
    assert register(cast.client(), number).error == ("modify", "not-acceptable")


def test_after_removal_nothing_comes_in(world, alice, own, numbers):
    phone = numbers.take()
    assert mo(world, own, phone, "before") == 200
    alice.expect(that("message", body="before"), 20)
    assert alice.ask(SMS_DOMAIN, f"<query xmlns='{REGISTER}'><remove/></query>", "set").type == "result"
    assert mo(world, own, phone, "after") == 503
    sent = alice.say(phone_of(phone), "and out?")
    alice.expect(that("message", type="error", id=sent, error=("auth", "registration-required")))
    assert "after" not in [s.body for s in alice.stanzas.history]


def test_editing_the_number_moves_it(world, alice, own, numbers, cast):
    phone, new = numbers.take(), numbers.take()
    assert register(alice, new).type == "result"
    assert mo(world, own, phone, "to the old one") == 503
    assert mo(world, new, phone, "to the new one") == 200
    alice.expect(that("message", body="to the new one"), 20)
    alice.say(phone_of(phone), "my new number")
    assert world.kannel.wait_for_sms(phone, text="my new number").sender.lstrip("+") == new.lstrip("+")
    assert register(cast.client(), own).type == "result", "the old one is free again"


def test_a_number_belongs_to_one_user(alice, cast, own):
    assert register(cast.client(), own).error == ("cancel", "conflict")
