"""kill -9 while a group text comes in: it is shown in the room or as a chat, and never lost."""

from dataclasses import replace

import pytest
from peers.stanza import MUC, that
from peers.world import phone_of
from sms_scene import ALICE, OWN, SmsScene

PHONE, OTHER = "+15551234567", "+15557654321"
GROUP = phone_of(f"{PHONE},{OTHER}")
AS_CHAT = that("message", GROUP, body=f"{PHONE}: to all of you")
IN_THE_ROOM = that("message", f"{GROUP}/{PHONE}", body="to all of you")


@pytest.fixture(params=["telnyx", "bandwidth"])
def scene(request):
    made = SmsScene(request.param)
    yield made
    try:
        assert not made.provider.complaints
    finally:
        made.close()


def join(scene):
    scene.port.send(f"<presence from='{ALICE}' to='{GROUP}/alice'><x xmlns='{MUC}'/></presence>")
    scene.port.expect(that("presence", f"{GROUP}/alice", codes=[110]))


def group_text(scene):
    return scene.provider.make_text(PHONE, f"{OWN},{OTHER}", "to all of you")


def pass_fence(scene):
    """Whatever came before, and whatever a start brings up again, has been said when it returns."""
    assert scene.provider.dialect.is_thanked(scene.call(scene.text("+15559999999", "the fence")))
    scene.port.expect(that("message", body="the fence"))


def test_after_the_thanks_and_before_its_delivery(scene):
    join(scene)
    scene.port.close()
    call = group_text(scene)
    assert scene.provider.dialect.is_thanked(scene.call(call))
    scene.wherry.kill()
    scene.port.open()
    scene.wherry.start()
    scene.port.expect(IN_THE_ROOM)  # its client is in it again
    assert scene.provider.dialect.is_thanked(scene.call(call))
    pass_fence(scene)
    assert not scene.port.stanzas.take_pending(IN_THE_ROOM)


def test_shown_in_the_room_and_not_confirmed(scene):
    join(scene)
    scene.port.confirms.clear()
    assert scene.provider.dialect.is_thanked(scene.call(group_text(scene)))
    first = scene.port.expect(IN_THE_ROOM)
    scene.port.confirms.set()
    scene.restart()
    assert scene.port.expect(IN_THE_ROOM).id == first.id, "a copy has to be known as one"
    pass_fence(scene)
    scene.restart()
    pass_fence(scene)
    assert not scene.port.stanzas.take_pending(IN_THE_ROOM)


def test_the_stream_breaks_and_wherry_stays(scene):
    join(scene)
    scene.port.close()
    assert scene.provider.dialect.is_thanked(scene.call(group_text(scene)))
    scene.port.open()
    scene.port.wait_up()
    assert scene.port.expect(IN_THE_ROOM, 30).find("{urn:xmpp:delay}delay") is not None


def test_a_failure_is_told_after_a_restart(scene):
    join(scene)
    scene.port.send(f"<message from='{ALICE}' to='{GROUP}' type='groupchat' id='sent'><body>to all</body></message>")
    sms = scene.provider.wait_for(f"{PHONE},{OTHER}")
    pass_fence(scene)
    scene.restart()
    assert scene.provider.dialect.is_thanked(scene.provider.report(replace(sms, about=PHONE), "delivered"))
    assert scene.provider.dialect.is_thanked(scene.provider.report(replace(sms, about=OTHER), "failed"))
    error = scene.port.expect(that("message", GROUP, type="error", id="sent"))
    assert error.to == ALICE and OTHER in str(error)
    assert len(scene.provider.asked(f"{PHONE},{OTHER}")) == 1
