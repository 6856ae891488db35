"""Group texts: a room for who is in it, a chat for who isn't, and one group message for the phones."""

from dataclasses import replace

import pytest
from peers.sms_provider import MediaFile, Wrong
from peers.sms_spoiled import spoiled
from peers.stanza import DISCO_INFO, MUC, MUC_USER, that
from peers.wherry import SMS_DOMAIN
from peers.world import Plan, phone_of
from plans import against
from sms_test import received
from sms_user import ASK_RECEIPT

pytestmark = against([Plan("prosody", sms=True, provider="telnyx", media=True),
                      Plan("prosody", sms=True, provider="bandwidth", media=True)])

MAM = "urn:xmpp:mam:2"
OOB_URL = "{jabber:x:oob}x/{jabber:x:oob}url"
INVITE = f"{{{MUC_USER}}}x/{{{MUC_USER}}}invite"
CONDITION_TEXT = "c:error/{urn:ietf:params:xml:ns:xmpp-stanzas}text"


@pytest.fixture
def members(numbers):
    return sorted(numbers.take() for _ in range(2))


@pytest.fixture
def group(members):
    return phone_of(",".join(members))


@pytest.fixture
def arrive(provider, own, members):
    """A text from the first member to the group comes in."""

    def call(text, *urls):
        made = provider.make_text(members[0], f"{own},{members[1]}", text, urls)
        assert provider.dialect.is_thanked(provider.call(made))

    return call


def test_who_is_in_the_room_writes_to_all(provider, alice, own, members, group):
    alice.join(group, "alice")
    seen = {alice.expect(that("presence", f"{group}/{number}")).item["jid"] for number in members}
    assert seen == {phone_of(number) for number in members}
    assert alice.expect(that("presence", f"{group}/alice", codes=[110, 100])).item["jid"] == phone_of(own)
    alice.expect(that("message", group, has="c:subject"))
    sent = alice.say(group, "hello all", type="groupchat")
    sms = provider.wait_for(",".join(members))
    assert (sms.sender, sms.text) == (own, "hello all")
    assert alice.expect(that("message", f"{group}/alice", type="groupchat", id=sent)).body == "hello all"
    assert not any(provider.asked(number) for number in members)


def test_what_is_said_is_shown_in_the_room(provider, alice, own, members, group, arrive):
    alice.joined(group, "alice")
    arrive("hi alice", provider.place("picture", MediaFile(b"picture")))
    said = alice.expect(that("message", f"{group}/{members[0]}", body="hi alice"), 20)
    assert said.type == "groupchat"
    file = alice.expect(that("message", f"{group}/{members[0]}", has=OOB_URL), 20)
    assert file.type == "groupchat" and file.body == file.text(OOB_URL)
    assert not alice.stanzas.take_pending(that("message", group))


def test_who_is_not_in_the_room_has_a_chat(provider, alice, own, members, group, arrive):
    arrive("anybody there?")
    got = alice.expect(that("message", group, type="chat"), 20)
    assert got.body == f"{members[0]}: anybody there?"
    assert alice.stanzas.take_pending(that("message", group, has=INVITE))
    arrive("hello?")
    alice.expect(that("message", group, body=f"{members[0]}: hello?"), 20)
    assert not alice.stanzas.take_pending(that("message", group, has=INVITE)), "one invitation is enough"
    sent = alice.say(group, "yes!", inner=ASK_RECEIPT)
    sms = provider.wait_for(",".join(members))
    assert sms.text == "yes!"
    provider.report(replace(sms, about=members[0]), "delivered")
    alice.ping(SMS_DOMAIN)
    assert not alice.stanzas.take_pending(received(sent)), "only one of them has it"
    provider.report(replace(sms, about=members[1]), "delivered")
    assert alice.expect(received(sent), 20).sender == group
    alice.joined(group, "alice")
    said = [stanza.body for stanza in alice.stanzas.history if stanza.type == "groupchat" and stanza.body]
    assert said[-3:] == ["anybody there?", "hello?", "yes!"], "the room's history"
    assert alice.ask(group, f"<query xmlns='{MAM}'/>", "set").type == "result"
    found = alice.stanzas.take_pending(that("message", group, has=f"{{{MAM}}}result"))
    assert [each.find(f"{{{MAM}}}result//c:body").text for each in found] == ["anybody there?", "hello?", "yes!"]


def test_the_peer_is_strict_with_groups(provider, alice, members, group):
    alice.say(group, "hello")
    provider.wait_for(",".join(members))
    for what, request in spoiled(provider.raw[",".join(members)]):
        with pytest.raises(Wrong):
            provider.dialect.read(request)
            pytest.fail(f"{provider.dialect.name} takes {what}")


def test_one_who_does_not_get_it_is_named(provider, alice, members, group):
    alice.joined(group, "alice")
    sent = alice.say(group, "all of you?", type="groupchat")
    sms = provider.wait_for(",".join(members))
    provider.report(replace(sms, about=members[0]), "delivered")
    provider.report(replace(sms, about=members[1]), "failed")
    error = alice.expect(that("message", group, type="error", id=sent), 20)
    condition, words = provider.dialect.failure
    assert error.error[1] == condition
    assert members[1] in error.text(CONDITION_TEXT) and words in error.text(CONDITION_TEXT)


def test_addresses_of_groups(provider, alice, own, numbers, members, group):
    backwards = phone_of(",".join(reversed(members)))
    sent = alice.say(backwards, "hi")
    error = alice.expect(that("message", type="error", id=sent))
    assert error.error == ("cancel", "gone") and group in str(error)
    alice.join(phone_of(",".join([own, *members])), "alice")
    error = alice.expect(that("presence", type="error"))
    assert error.error == ("modify", "redirect") and ",".join(members) in error.text(CONDITION_TEXT)
    alice.join(phone_of(f"{members[0]},12345"), "alice")
    assert alice.expect(that("presence", type="error")).error == ("modify", "jid-malformed")
    alice.join(phone_of(f"{members[0]},112"), "alice")
    assert alice.expect(that("presence", type="error")).error == ("cancel", "not-allowed")
    many = phone_of(",".join(sorted(numbers.take() for _ in range(11))))
    sent = alice.say(many, "hi")
    assert alice.expect(that("message", type="error", id=sent)).error == ("modify", "policy-violation")
    features = {each.get("var") for each in alice.ask(SMS_DOMAIN, f"<query xmlns='{DISCO_INFO}'/>").find_all(
        f"{{{DISCO_INFO}}}query/{{{DISCO_INFO}}}feature")}
    assert MUC in features
