"""A full disk, a locked database, a flood of webhooks, an XMPP server that is away: nothing is lost, nothing comes twice."""

import asyncio
import contextlib
import resource
import sqlite3
import threading
import time
from collections import Counter

import pytest
from peers.stanza import DELAY, that
from peers.world import phone_of
from sms_scene import ALICE, ASK_RECEIPT, SmsScene

PHONE = "+15551234567"
BOB, BOBS_NUMBER = "bob@example.test/one", "+15550002222"
FLOOD = 5000
MEGABYTE = 1 << 20


@pytest.fixture
def scene():
    made = SmsScene("generic")
    made.port.present.add(BOB)
    made.register(BOB, BOBS_NUMBER)
    yield made
    try:
        assert not made.provider.complaints
    finally:
        made.close()


def is_thanked(scene, call):
    answer = scene.call(call)
    return bool(answer) and scene.provider.dialect.is_thanked(answer)


# ---- the disk ----


@contextlib.contextmanager
def full_disk(scene):
    """No file of wherry can grow, which SQLite is told as of a full disk."""
    hard = resource.prlimit(scene.wherry.process.pid, resource.RLIMIT_FSIZE)[1]
    resource.prlimit(scene.wherry.process.pid, resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.prlimit(scene.wherry.process.pid, resource.RLIMIT_FSIZE, (hard, hard))


def test_a_full_disk_refuses_and_is_forgotten_without_a_restart(scene):
    scene.port.say(ALICE, phone_of(PHONE), "before", "before", ASK_RECEIPT)
    before = scene.provider.wait_for(PHONE)
    calls = [scene.text(PHONE, f"text {number}") for number in range(3)]
    report = scene.provider.dialect.report(before, "delivered", 1)
    with full_disk(scene):
        for call in (*calls, report):
            assert scene.call(call).status == 503
        scene.port.say(ALICE, phone_of(PHONE), "while it is full", "full")
        error = scene.port.expect(that("message", type="error", id="full"))
        assert error.error == ("wait", "resource-constraint")
        assert scene.ping()
        assert not scene.port.stanzas.take_pending(that("message"))
    scene.wherry.process.wait_for_line("nothing can be written")
    for call in (*calls, report):
        assert is_thanked(scene, call)
    for number in range(3):
        scene.port.expect(that("message", body=f"text {number}"))
    scene.port.expect(that("message", has="{urn:xmpp:receipts}received"))
    scene.port.say(ALICE, phone_of(PHONE), "after", "after")
    assert scene.provider.wait_for(PHONE).text == "after"
    assert not scene.port.stanzas.take_pending(that("message")), "something came twice"
    assert [sms.text for sms in scene.provider.asked(PHONE)] == ["before", "after"]


def test_what_a_full_disk_did_not_take_is_not_there_after_a_kill(scene):
    call = scene.text(PHONE, "a text")
    with full_disk(scene):
        assert scene.call(call).status == 503
    scene.restart()
    assert is_thanked(scene, call)
    scene.port.expect(that("message", body="a text"))


def test_a_start_waits_for_a_backup_that_has_locked_the_database(scene):
    call = scene.text(PHONE, "before the backup")
    scene.port.close()
    assert is_thanked(scene, call)
    scene.wherry.kill()
    scene.port.open()
    backup = sqlite3.connect(scene.wherry.directory / "wherry.db", isolation_level=None, check_same_thread=False)
    backup.execute("BEGIN EXCLUSIVE")
    begun = time.monotonic()
    end = threading.Timer(3, backup.close)
    end.start()
    scene.wherry.start()
    assert time.monotonic() - begun > 2.5, "the lock held nobody up"
    end.join()
    scene.port.expect(that("message", body="before the backup"))


def test_a_backup_of_a_running_wherry_fails_and_does_no_harm(scene):
    with contextlib.closing(sqlite3.connect(scene.wherry.directory / "wherry.db", timeout=0.2)) as database:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            database.execute("SELECT count(*) FROM records")
    assert is_thanked(scene, scene.text(PHONE, "meanwhile"))
    scene.port.expect(that("message", body="meanwhile"))


# ---- a flood ----


def memory_of(scene):
    """The most that it has been, in bytes."""
    with open(f"/proc/{scene.wherry.process.pid}/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))


async def post(port, call):
    """The status; a new connection for each, as providers make them."""
    head = "".join(f"{name}: {value}\r\n" for name, value in call.headers)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"{call.method} {call.target} HTTP/1.1\r\nHost: hooks.test\r\n{head}Content-Length: {len(call.body)}\r\n\r\n"
                 .encode() + call.body)
    status = (await reader.readline()).split()
    writer.close()
    return int(status[1]) if status else 0


async def post_all(port, calls):
    """As fast as they can be made, none waiting for another's answer. Whoever has connected soon asks."""
    posted = []
    for call in calls:
        posted.append(asyncio.create_task(post(port, call)))
        if len(posted) % 20 == 0:
            await asyncio.sleep(0)
    return await asyncio.gather(*posted, return_exceptions=True)


@pytest.fixture
def many_files():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, FLOOD + 1000), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_flood_of_webhooks_is_answered_and_holds_nobody_up(scene, many_files):
    calls = [scene.text(PHONE, f"flood {number}") for number in range(FLOOD)]
    arrived, waits = Counter(), []
    scene.port.on_message = lambda stanza: arrived.update([stanza.body])
    before, statuses = memory_of(scene), []
    flood = threading.Thread(
        target=lambda: statuses.extend(asyncio.run(post_all(scene.wherry.settings.http_port, calls))))
    begun = time.monotonic()
    flood.start()
    while flood.is_alive():
        asked = time.monotonic()
        number = len(waits)
        assert scene.port.say(BOB, phone_of("+15557654321"), f"bob's {number}", f"bob{number}")
        scene.provider.requests.take(lambda sms, text=f"bob's {number}": sms.text == text, 10, "bob's text")
        waits.append(time.monotonic() - asked)
        time.sleep(0.05)
    took = time.monotonic() - begun
    assert Counter(statuses) == {200: FLOOD}
    assert took < 10, "the most patient of the providers that were read about gives up after 10 s"
    assert len(waits) > 3 and max(waits) < 5, waits
    deadline = time.monotonic() + 20
    while len(arrived) < FLOOD and time.monotonic() < deadline:
        time.sleep(0.05)
    assert is_thanked(scene, scene.text(PHONE, "the end"))
    while not arrived["the end"] and time.monotonic() < deadline:
        time.sleep(0.05)
    assert arrived == Counter([*(f"flood {number}" for number in range(FLOOD)), "the end"])
    assert memory_of(scene) - before < 64 * MEGABYTE


# ---- the XMPP server ----


def test_texts_that_come_while_the_xmpp_server_is_away_are_kept_and_say_when(scene):
    scene.port.confirms.clear()
    assert is_thanked(scene, scene.text(PHONE, "nobody confirmed it"))
    first = scene.port.expect(that("message", body="nobody confirmed it"))
    scene.port.close()
    scene.port.confirms.set()
    texts = [f"while it was away {number}" for number in range(20)]
    for text in texts:
        assert is_thanked(scene, scene.text(PHONE, text))
    scene.port.open()
    came = [scene.port.expect(that("message", where=lambda m: m.body in texts), 30) for _ in texts]
    assert [stanza.body for stanza in came] == texts
    for stanza in came:
        assert stanza.find(f"{{{DELAY}}}delay") is not None, stanza
    assert scene.port.expect(that("message", body="nobody confirmed it")).id == first.id
    assert is_thanked(scene, scene.text(PHONE, "the end"))
    end = scene.port.expect(that("message", body="the end"))
    assert end.find(f"{{{DELAY}}}delay") is None and end.to == ALICE.partition("/")[0]
    assert not scene.port.stanzas.take_pending(that("message"))
