"""kill -9 at random moments, again and again, with texts going out and coming in all the time.

XEP-0114 confirms no stanza. So a message counts as taken when it is known to be on wherry's disk: when a webhook call that
began after wherry had looked at the message was answered with 2xx, as all that is older is on the disk then.
"""

from __future__ import annotations

import queue
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

import pytest
from peers.sms_provider import Sms
from peers.stanza import Stanza
from peers.world import phone_of
from sms_scene import ALICE, ASK_RECEIPT, SmsScene, receipt_for

LONGEST = 0.12  # seconds for which wherry works between two kills
PHONES = [f"+1555123{number:04d}" for number in range(6)]
MOST_UNDER_WAY = 12  # messages that went to a living wherry, and that the provider has not been asked to send
FATES = {"remote-server-timeout": "uncertain", "item-not-found": "failed"}


@dataclass
class Sent:
    number: int
    phone: str
    connection: int
    is_taken: bool = False
    fates: list[str] = field(default_factory=list)  # as alice was told

    @property
    def text(self) -> str:
        return text_of(self.number)

    @property
    def report(self) -> str:
        return report_of(self.number)


def text_of(number: int) -> str:
    return f"{number} from alice"


def report_of(number: int) -> str:
    """What the provider says of it in the end; empty: nothing, ever."""
    return {0: "", 1: "failed"}.get(number % 8, "delivered")


class Load:
    """alice and the phones write all the time; the provider reports on what it got, and repeats what is not thanked for."""

    def __init__(self, scene: SmsScene, seed: int) -> None:
        self.scene = scene
        self.sent: dict[str, Sent] = {}
        self.asked: Counter[int] = Counter()  # requests by the message's number
        self.order: dict[str, list[int]] = {phone: [] for phone in PHONES}
        self.acknowledged: list[str] = []  # texts of phones
        self.arrived: dict[str, set[str]] = {}  # their ids by text
        self.complaints: list[str] = []
        self.lives = 0  # counts up before each kill
        self._random = random.Random(seed)
        self._stopping = threading.Event()
        self._aborted = threading.Event()
        self._reports: queue.Queue[Sms | None] = queue.Queue()
        scene.port.on_message = self._told
        scene.provider.on_request = self._asked
        self._writers = [self._start(self._write), self._start(self._phone, 1), self._start(self._phone, 2)]
        self._reporters = [self._start(self._report) for _ in range(2)]

    def under_way(self) -> int:
        """Of the messages that went to this wherry: those that the provider has not been asked to send."""
        connection, recent = self.scene.port.connections, list(self.sent.values())[-50:]
        return sum(1 for message in recent if message.connection == connection and not self.asked[message.number])

    def stop(self) -> None:
        """Nothing new is written; what is under way is brought to its end."""
        self._stopping.set()
        self._join(self._writers)

    def finish_reports(self) -> None:
        self._end_reports()
        self._join(self._reporters)

    def abort(self) -> None:
        """Whatever happened, no thread goes on."""
        self._stopping.set()
        self._aborted.set()
        self._end_reports()

    def _end_reports(self) -> None:
        for _ in self._reporters:
            self._reports.put(None)

    @staticmethod
    def _join(threads: list[threading.Thread]) -> None:
        for thread in threads:
            thread.join(30)
            assert not thread.is_alive(), "work did not come to its end"

    def _start(self, work, *arguments) -> threading.Thread:
        def run() -> None:
            try:
                work(*arguments)
            except Exception as failure:  # noqa: BLE001, shown by the test, which is in another thread
                self.complaints.append(f"{work.__name__}: {failure!r}")

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        return thread

    # ---- alice ----

    def _write(self) -> None:
        number = 0
        while not self._stopping.is_set():
            if self.under_way() < MOST_UNDER_WAY:
                number += 1
                id, phone = f"m{number}", self._random.choice(PHONES)
                self.sent[id] = Sent(number, phone, 0)
                self.sent[id].connection = self.scene.port.say(ALICE, phone_of(phone), text_of(number), id, ASK_RECEIPT)
            time.sleep(self._random.uniform(0, 0.01))

    def _told(self, stanza: Stanza) -> None:
        sent = receipt_for(stanza)
        if sent:
            self.sent[sent].fates.append("delivered")
        elif stanza.type == "error":
            self.sent[stanza.id].fates.append(FATES.get(stanza.error[1], str(stanza)))
        elif stanza.body and stanza.body.endswith("from a phone"):
            self.arrived.setdefault(stanza.body, set()).add(stanza.id)
        else:
            self.complaints.append(f"unexpected: {stanza}")

    # ---- phones ----

    def _phone(self, name: int) -> None:
        chance, number = random.Random(self._random.random()), 0
        while not self._stopping.is_set():
            number += 1
            text = f"{name}-{number} from a phone"
            life, connection = self.lives, self.scene.port.connections
            said = self._untaken(connection)
            seen = said if self.scene.ping() else []
            self._repeat_until_thanked(self.scene.text(chance.choice(PHONES), text))
            self.acknowledged.append(text)
            if (life, connection) == (self.lives, self.scene.port.connections):
                for message in seen:
                    message.is_taken = True
            time.sleep(chance.uniform(0, 0.02))

    def _untaken(self, connection: int) -> list[Sent]:
        return [m for m in list(self.sent.values())[-50:] if m.connection == connection and not m.is_taken]

    # ---- the provider ----

    def _asked(self, sms: Sms) -> None:
        if sms.outcome == "known":
            return  # a repeat that the phone doesn't get
        number = int(sms.text.partition(" ")[0])
        self.asked[number] += 1
        self.order[sms.receiver].append(number)
        self._reports.put(sms)

    def _report(self) -> None:
        while sms := self._reports.get():
            number = int(sms.text.partition(" ")[0])
            for state in ("sent", report_of(number)):
                if state and report_of(number):
                    self._repeat_until_thanked(self.scene.provider.dialect.report(sms, state, number))

    def _repeat_until_thanked(self, call) -> None:
        while not self._aborted.is_set():
            answer = self.scene.call(call)
            if answer and self.scene.provider.dialect.is_thanked(answer):
                return
            if answer and answer.status < 500:
                self.complaints.append(f"{call.target}: {answer}")
                return
            time.sleep(0.005)

    # ---- the end ----

    def is_over(self, message: Sent) -> bool:
        if self.asked[message.number] and message.report:
            return message.fates[-1:] == [message.report]
        return bool(self.asked[message.number] or message.fates or not message.is_taken)

    def unfinished(self) -> list:
        return ([message for message in self.sent.values() if not self.is_over(message)]
                + [text for text in self.acknowledged if text not in self.arrived])


@pytest.fixture
def scene(request):
    made = SmsScene(request.param)
    yield made
    made.close()


def kill_again_and_again(scene: SmsScene, load: Load, kills: int, chance: random.Random) -> list[int]:
    """How many messages were under way at each kill."""
    under_way = []
    for _ in range(kills):
        time.sleep(chance.uniform(0, LONGEST))
        under_way.append(load.under_way())
        load.lives += 1
        scene.restart()
    return under_way


# The second one is asked again with the same id whenever an answer is missing.
@pytest.mark.parametrize("scene, kills", [("twilio", 200), ("smsgate", 50)], indirect=["scene"])
def test_kills_lose_and_double_nothing(scene, kills):
    seed = random.randrange(1 << 32)
    print("seed", seed)
    load = Load(scene, seed)
    try:
        kill_under(load, scene, kills, random.Random(seed))
    finally:
        load.abort()


def kill_under(load: Load, scene: SmsScene, kills: int, chance: random.Random) -> None:
    under_way = kill_again_and_again(scene, load, kills, chance)
    load.stop()
    deadline = time.monotonic() + 20
    while load.unfinished() and time.monotonic() < deadline:
        time.sleep(0.1)
    load.finish_reports()
    time.sleep(0.5)  # for what ought not to come
    check(load)
    assert not scene.provider.complaints
    assert sum(under_way) >= kills / 4, "there was hardly any load"
    assert sum(message.is_taken for message in load.sent.values()) >= kills / 2 and len(load.acknowledged) >= kills / 2


def check(load: Load) -> None:
    assert not load.complaints
    assert not load.unfinished(), "lost"
    assert max(load.asked.values()) == 1, "sent twice"
    for numbers in load.order.values():
        assert numbers == sorted(numbers), "out of order"
    assert all(len(ids) == 1 for ids in load.arrived.values()), "a repeated text has to keep its id"
    assert len(set().union(*load.arrived.values())) == len(load.arrived), "two texts have one id"
    for message in load.sent.values():
        told = [fate for index, fate in enumerate(message.fates) if fate not in message.fates[:index]]  # repeats left out
        end = [message.report] if load.asked[message.number] and message.report else []
        assert told in (end, ["uncertain", *end]), message
