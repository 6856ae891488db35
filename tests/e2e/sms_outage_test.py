"""A provider that takes a request and does not answer: nobody else waits for it, and nothing is lost or sent twice."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from peers.inbox import Inbox, NotSeen
from peers.stanza import that
from peers.wherry import IRC_DOMAIN, SMS_DOMAIN, SmsNetwork
from peers.world import Plan, World, phone_of
from sms_user import Numbers, register


class Provider:
    """Takes every request, shows its text in `asked`, and answers like Kannel once it may."""

    def __init__(self):
        self.asked, self.may_answer = Inbox("provider"), threading.Event()
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):  # noqa: N802, the name http.server wants
                provider.asked.put(parse_qs(urlsplit(self.path).query)["text"][0])
                provider.may_answer.wait(60)
                body = b"0: Accepted for delivery"
                try:
                    self.send_response(202)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except ConnectionError:
                    pass

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/sendsms"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def wait_for(self, text):
        return self.asked.take(lambda seen: seen == text, 20, f"a request with {text!r}")

    def stop(self):
        self.may_answer.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def world():
    made = World(Plan("prosody", sms=True))
    yield made
    made.close()


@pytest.fixture
def provider(world):
    made = world.workspace.add(Provider())
    world.wherry.terminate()
    world.wherry.settings.components[1].networks = [SmsNetwork(made.url, more="uncertain_seconds = 2\n")]
    world.restart_wherry()
    return made


@pytest.fixture
def alice(cast, provider):
    client = cast.client()
    client.presence()
    assert register(client, Numbers().take()).type == "result"
    return client


PHONE = "+15551234567"


def test_a_hanging_provider_holds_nobody_else_up(world, alice, provider):
    alice.say(phone_of(PHONE), "stuck")
    provider.wait_for("stuck")
    for domain in (SMS_DOMAIN, IRC_DOMAIN):
        assert alice.ping(domain).type == "result"
    alice.say(phone_of("+15557654321"), "another recipient")
    provider.wait_for("another recipient")


def test_sigterm_does_not_wait_for_a_hanging_provider(world, alice, provider):
    """Whether the message went is not known, and that is what its sender is told."""
    sent = alice.say(phone_of(PHONE), "stuck")
    waiting = alice.say(phone_of(PHONE), "not begun")
    provider.wait_for("stuck")
    alice.ping(SMS_DOMAIN)  # both have been handed over
    assert world.wherry.terminate(2.0) == 0
    provider.may_answer.set()
    world.restart_wherry()
    provider.wait_for("not begun")
    told = alice.expect(that("message", type="error", id=sent, error=("wait", "remote-server-timeout")), 20)
    assert told.sender.startswith(phone_of(PHONE))
    assert list(provider.asked.history).count("stuck") == 1, "sent twice"
    assert not alice.stanzas.take_pending(that("message", type="error", id=waiting))


def test_sigterm_lets_an_answer_come(world, alice, provider):
    sent = alice.say(phone_of(PHONE), "in the last moment")
    provider.wait_for("in the last moment")
    timer = threading.Timer(0.4, provider.may_answer.set)
    timer.start()
    assert world.wherry.terminate(2.0) == 0
    timer.join()
    world.restart_wherry()
    alice.say(phone_of(PHONE), "and on")
    provider.wait_for("and on")
    assert list(provider.asked.history).count("in the last moment") == 1, "sent twice"
    with pytest.raises(NotSeen):  # "uncertain" would be told by now
        alice.expect(that("message", type="error", id=sent), 4)
