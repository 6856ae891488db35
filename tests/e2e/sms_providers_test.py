"""SMS over HTTP providers: out and reported on, in and signed, and nothing twice."""

import time

import pytest
from peers.sms_dialects import DIALECTS
from peers.sms_provider import Wrong
from peers.sms_spoiled import spoiled
from peers.stanza import RECEIPTS, that
from peers.wherry import SMS_DOMAIN
from peers.world import Plan, phone_of
from plans import against
from sms_user import ASK_RECEIPT

pytestmark = against([Plan("prosody", sms=True, provider=name) for name in DIALECTS])

CONDITION_TEXT = "c:error/{urn:ietf:params:xml:ns:xmpp-stanzas}text"


@pytest.fixture
def fence(provider, alice, own):
    """What came in before it is called has arrived when it returns."""

    def passed():
        assert provider.dialect.is_thanked(provider.call(provider.make_text("+15559999999", own, "the fence")))
        alice.expect(that("message", body="the fence"), 20)

    return passed


def receipt_of(sent):
    return that("message", has=f"{{{RECEIPTS}}}received",
                where=lambda m: m.find(f"{{{RECEIPTS}}}received").get("id") == sent)


def error_of(sent):
    return that("message", type="error", id=sent)


def say(alice, phone, text):
    return alice.say(phone_of(phone), text, inner=ASK_RECEIPT)


def bodies(alice, text):
    return [stanza.body for stanza in alice.stanzas.history].count(text)


def test_a_text_goes_out_and_its_receipt_comes_back(provider, alice, own, phone):
    sent = say(alice, phone, "Grüße & 100% = 😀 + ok")
    sms = provider.wait_for(phone)
    assert (sms.text, sms.media) == ("Grüße & 100% = 😀 + ok", ())
    assert sms.sender == own or not provider.dialect.names_sender
    assert provider.dialect.is_thanked(provider.report(sms, "sent"))
    alice.ping(SMS_DOMAIN)  # what comes before its answer has come
    assert not alice.stanzas.take_pending(receipt_of(sent))
    assert provider.dialect.is_thanked(provider.report(sms, "delivered"))
    assert alice.expect(receipt_of(sent), 20).sender.startswith(phone_of(phone))
    assert len(provider.asked(phone)) == 1


def test_the_peer_is_strict(provider, alice, phone):
    alice.say(phone_of(phone), "Grüße")
    provider.wait_for(phone)
    for what, request in spoiled(provider.raw[phone]):
        with pytest.raises(Wrong):
            provider.dialect.read(request)
            pytest.fail(f"{provider.dialect.name} takes {what}")


def test_a_short_code_is_a_telephone(provider, alice):
    alice.say(phone_of("72975"), "JOIN")
    assert provider.wait_for("72975").text == "JOIN"


def test_a_failing_report_is_an_error_in_the_providers_words(provider, alice, phone):
    condition, words = provider.dialect.failure
    sent = say(alice, phone, "into the void")
    provider.report(provider.wait_for(phone), "failed")
    error = alice.expect(error_of(sent), 20)
    assert error.error[1] == condition and words in error.text(CONDITION_TEXT)


def test_reports_that_come_late_or_again_change_nothing(provider, alice, phone, fence):
    sent = say(alice, phone, "in which order?")
    sms = provider.wait_for(phone)
    for state in ("unclear", "delivered", "sent", "failed", "delivered"):
        assert provider.dialect.is_thanked(provider.report(sms, state)), state
    alice.expect(receipt_of(sent), 20)
    fence()
    assert not alice.stanzas.take_pending(receipt_of(sent)) and not alice.stanzas.take_pending(error_of(sent))


def test_a_text_comes_in_once_although_it_is_repeated(provider, alice, own, phone, fence):
    call = provider.make_text(phone, own, "Grüße & 100% = 😀 + ok")
    for _ in range(3):
        answer = provider.call(call)
        assert provider.dialect.is_thanked(answer), answer
    got = alice.expect(that("message", body="Grüße & 100% = 😀 + ok"), 20)
    assert got.sender.startswith(phone_of(phone))
    fence()
    assert bodies(alice, "Grüße & 100% = 😀 + ok") == 1


def test_equal_texts_with_ids_of_their_own_are_two(provider, alice, own, phone, fence):
    for _ in range(2):
        provider.call(provider.make_text(phone, own, "ok"))
    fence()
    assert bodies(alice, "ok") == 2


def test_what_is_forged_does_not_arrive(provider, alice, own, phone, fence):
    genuine = provider.make_text(phone, own, "forged")
    answer = provider.call(provider.dialect.forge(genuine))
    assert answer.status in (401, 403)
    sent = say(alice, phone, "was it delivered?")
    sms = provider.wait_for(phone)
    report = provider.dialect.report(sms, "delivered", 4711)
    assert provider.call(provider.dialect.forge(report)).status in (401, 403)
    fence()
    assert bodies(alice, "forged") == 0 and not alice.stanzas.take_pending(receipt_of(sent))
    assert provider.dialect.is_thanked(provider.call(report))
    alice.expect(receipt_of(sent), 20)


def test_what_was_refused_is_an_error_in_the_providers_words(provider, alice, phone):
    provider.plan[phone].append("refused")
    sent = say(alice, phone, "to nobody")
    error = alice.expect(error_of(sent), 20)
    assert error.error[0] == "cancel" and "nvalid" in error.text(CONDITION_TEXT)
    assert len(provider.asked(phone)) == 1


def test_who_has_opted_out_is_not_written_to(provider, alice, phone):
    if not provider.dialect.opt_out:
        pytest.skip("says so in reports only, if at all")
    provider.plan[phone].append("opted out")
    sent = say(alice, phone, "but I love you")
    assert alice.expect(error_of(sent), 20).error == ("auth", "forbidden")


def test_a_busy_provider_is_asked_again_when_it_says(provider, alice, phone):
    provider.plan[phone].append("busy")
    sent = say(alice, phone, "no hurry")
    provider.wait_for(phone, "busy")
    asked = time.monotonic()
    sms = provider.wait_for(phone)
    assert time.monotonic() - asked > 1.5, "Retry-After is two seconds"
    provider.report(sms, "delivered")
    alice.expect(receipt_of(sent), 20)
    assert [each.outcome for each in provider.asked(phone)] == ["busy", "taken"]


def test_a_broken_provider_gets_the_text_once_it_works(provider, alice, phone):
    provider.plan[phone].append("broken")
    say(alice, phone, "some day")
    provider.wait_for(phone, "broken")
    provider.wait_for(phone)
    assert [each.outcome for each in provider.asked(phone)] == ["broken", "taken"]


def test_a_lost_answer_is_told_and_never_repeated(provider, alice, phone):
    if provider.dialect.is_idempotent:
        pytest.skip("knows repeats again")
    provider.plan[phone].append("lost")
    sent = say(alice, phone, "did it go?")
    provider.wait_for(phone, "lost")
    assert alice.expect(error_of(sent), 20).error == ("wait", "remote-server-timeout")
    assert len(provider.asked(phone)) == 1


def test_a_lost_answer_is_asked_for_again_where_repeats_are_known(provider, alice, phone):
    if not provider.dialect.is_idempotent:
        pytest.skip("would send it twice")
    provider.plan[phone].append("lost")
    sent = say(alice, phone, "did it go?")
    sms = provider.wait_for(phone, "lost")
    assert provider.wait_for(phone, "known").reference == sms.reference
    provider.report(sms, "delivered")
    alice.expect(receipt_of(sent), 20)
    assert [each.outcome for each in provider.asked(phone)] == ["lost", "known"]


def test_a_lost_answer_is_made_good_by_a_report(provider, alice, phone):
    provider.plan[phone].append("lost")
    sent = say(alice, phone, "it went")
    provider.report(provider.wait_for(phone, "lost"), "delivered")
    alice.expect(receipt_of(sent), 20)
    assert not alice.stanzas.take_pending(error_of(sent)) and len(provider.asked(phone)) == 1


def test_a_report_may_be_faster_than_the_answer(provider, alice, phone, fence):
    provider.release.clear()
    provider.plan[phone].append("slow")
    sent = say(alice, phone, "take your time")
    assert provider.dialect.is_thanked(provider.report(provider.wait_for(phone, "slow"), "delivered"))
    if not provider.dialect.counts_segments:
        alice.expect(receipt_of(sent), 20)
    provider.release.set()
    if provider.dialect.counts_segments:
        alice.expect(receipt_of(sent), 20)
    fence()
    assert len(provider.asked(phone)) == 1


def test_a_refused_account_stops_and_bounces_nothing(provider, alice, numbers, fence):
    phones = [numbers.take() for _ in range(3)]
    provider.plan[phones[0]].append("account")
    first = say(alice, phones[0], "one")
    provider.wait_for(phones[0], "account")
    told = alice.expect(that("message", where=lambda m: m.type != "error" and m.sender.endswith(SMS_DOMAIN)), 20)
    assert told.body
    sent = [first] + [say(alice, phone, "another") for phone in phones[1:]]
    fence()
    assert not provider.asked(phones[1]) and not provider.asked(phones[2])
    assert not any(alice.stanzas.take_pending(error_of(each)) for each in sent)
