"""kill -9 at each step of a text's way out and in: it goes once, or its sender hears that nobody knows."""

import signal
import threading

import pytest
from peers.stanza import that
from peers.world import phone_of
from sms_scene import ALICE, ASK_RECEIPT, SmsScene, receipt_for

PHONE = "+15551234567"
UNCERTAIN = ("wait", "remote-server-timeout")


@pytest.fixture
def scene():
    made = SmsScene()
    yield made
    try:
        assert not made.provider.complaints
    finally:
        made.close()


def say(scene, text, id="sent"):
    assert scene.port.say(ALICE, phone_of(PHONE), text, id, ASK_RECEIPT)
    return id


def receipt_of(sent):
    return that("message", where=lambda m: receipt_for(m) == sent)


def error_of(sent, error=None):
    return that("message", type="error", id=sent, error=error)


def texts(scene):
    return that("message", where=lambda m: m.body == "from a phone")


def pass_fence(scene):
    """Whatever came before, and whatever a start brings up again, has been said when it returns."""
    assert scene.provider.dialect.is_thanked(scene.call(scene.text("+15559999999", "the fence")))
    scene.port.expect(that("message", body="the fence"))


def outcomes(scene):
    return [sms.outcome for sms in scene.provider.asked(PHONE)]


def test_before_the_request(scene):
    scene.provider.plan[PHONE].append("broken")
    sent = say(scene, "hello")
    scene.provider.wait_for(PHONE, "broken")
    pass_fence(scene)
    scene.restart()
    scene.provider.report(scene.provider.wait_for(PHONE), "delivered")
    scene.port.expect(receipt_of(sent))
    assert outcomes(scene) == ["broken", "taken"]


@pytest.mark.parametrize("is_reported", [False, True])
def test_after_the_request_and_before_its_answer(scene, is_reported):
    scene.provider.plan[PHONE].append("slow")
    sent = say(scene, "hello")
    next_one = say(scene, "the next one", "next")
    sms = scene.provider.wait_for(PHONE, "slow")
    scene.restart()
    scene.provider.release.set()
    if is_reported:
        assert scene.provider.dialect.is_thanked(scene.provider.report(sms, "delivered"))
        scene.port.expect(receipt_of(sent))
    else:
        scene.port.expect(error_of(sent, UNCERTAIN))
    scene.provider.report(scene.provider.wait_for(PHONE), "delivered")
    scene.port.expect(receipt_of(next_one))
    pass_fence(scene)
    assert outcomes(scene) == ["slow", "taken"]
    assert not scene.port.stanzas.take_pending(error_of(sent))


def test_after_the_answer_and_before_the_report(scene):
    sent = say(scene, "hello")
    sms = scene.provider.wait_for(PHONE)
    pass_fence(scene)
    scene.restart()
    assert scene.provider.dialect.is_thanked(scene.provider.report(sms, "delivered"))
    scene.port.expect(receipt_of(sent))
    assert outcomes(scene) == ["taken"]


def test_after_the_report_and_before_the_server_has_the_receipt(scene):
    sent = say(scene, "hello")
    sms = scene.provider.wait_for(PHONE)
    scene.port.confirms.clear()
    assert scene.provider.dialect.is_thanked(scene.provider.report(sms, "delivered"))
    scene.port.expect(receipt_of(sent))
    scene.port.confirms.set()
    scene.restart()
    scene.port.expect(receipt_of(sent))
    pass_fence(scene)
    scene.restart()
    pass_fence(scene)
    assert not scene.port.stanzas.take_pending(receipt_of(sent)), "told although it was confirmed"
    assert outcomes(scene) == ["taken"]


def test_of_what_comes_in_before_it_is_read(scene):
    call = scene.text(PHONE, "from a phone")
    answers = []
    scene.wherry.process.signal(signal.SIGSTOP)
    caller = threading.Thread(target=lambda: answers.append(scene.call(call)))
    caller.start()
    scene.wherry.kill()
    caller.join()
    assert answers == [None]
    scene.wherry.start()
    scene.port.wait_up()
    pass_fence(scene)
    assert not scene.port.stanzas.take_pending(texts(scene))
    for _ in range(2):
        assert scene.provider.dialect.is_thanked(scene.call(call))
    pass_fence(scene)
    assert len(scene.port.stanzas.take_pending(texts(scene))) == 1


def test_of_what_comes_in_after_the_thanks_and_before_its_delivery(scene):
    call = scene.text(PHONE, "from a phone")
    scene.port.close()
    assert scene.provider.dialect.is_thanked(scene.call(call))
    scene.wherry.kill()
    scene.port.open()
    scene.wherry.start()
    scene.port.expect(texts(scene))
    assert scene.provider.dialect.is_thanked(scene.call(call))
    pass_fence(scene)
    assert not scene.port.stanzas.take_pending(texts(scene))


def test_of_what_comes_in_after_its_delivery_and_before_it_is_confirmed(scene):
    scene.port.confirms.clear()
    assert scene.provider.dialect.is_thanked(scene.call(scene.text(PHONE, "from a phone")))
    first = scene.port.expect(texts(scene))
    scene.port.confirms.set()
    scene.restart()
    again = scene.port.expect(texts(scene))
    assert again.id == first.id, "a copy has to be known as one"
    pass_fence(scene)
    scene.restart()
    pass_fence(scene)
    assert not scene.port.stanzas.take_pending(texts(scene))
