"""The story that ./demo plays: alice on XMPP, bob on IRC, a telephone; every line is a message that really went."""

from __future__ import annotations

import argparse
import signal
import sys
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from peers.inbox import NotSeen  # noqa: E402, after the path is set
from peers.kannel import FAILING  # noqa: E402, after the path is set
from peers.stanza import RECEIPTS, REGISTER, that  # noqa: E402, after the path is set
from peers.wherry import IRC_DOMAIN, SMS_DOMAIN  # noqa: E402, after the path is set
from peers.world import DOMAIN, NETWORK, Plan, World, person_of, phone_of, room_of  # noqa: E402, after the path is set
from peers.xmpp_client import XmppClient  # noqa: E402, after the path is set

CHANNEL = "#harbour"
ROOM = room_of(CHANNEL)
PASSWORD = "alice-password"
OWN_NUMBER = "+15550001111"
PHONE = "+15551234567"
NOBODY = FAILING + "0000"
ERROR_TEXT = "c:error/{urn:ietf:params:xml:ns:xmpp-stanzas}text"
COLOURS = {"XMPP": "34", "IRC": "32", "SMS": "35", "": "90"}


class Printer:
    """One aligned line per message; coloured on a terminal."""

    def __init__(self) -> None:
        self._colours = sys.stdout.isatty()

    def line(self, network: str, who: str, to: str, text: str) -> None:
        label = self._paint(COLOURS[network], f"{network:<4}")
        print(f"  {label}  {who:>13} -> {to:<13}  {text}", flush=True)

    def title(self, text: str) -> None:
        print(self._paint("1", f"\n{text}"), flush=True)

    def failure(self, step: str, why: str) -> None:
        print(self._paint("31", f"\nDid not happen: {step}"), f"\n{why}", file=sys.stderr, flush=True)

    def _paint(self, code: str, text: str) -> str:
        return f"\033[{code}m{text}\033[0m" if self._colours else text


class Story:
    """Each method is a step; its first line is the step's name. A step that does not happen raises."""

    def __init__(self, world: World, out: Printer) -> None:
        self.world, self.out = world, out
        world.xmpp.add_user("alice", PASSWORD)
        self.alice = world.workspace.add(XmppClient(f"alice@{DOMAIN}/demo", PASSWORD, world.xmpp.client_port))
        self.alice.presence()
        self.bob = world.irc_client("bob")
        self.bob.join(CHANNEL)

    def register(self) -> None:
        """alice registers"""
        for domain, fields, shown in ((IRC_DOMAIN, "<nick>alice</nick>", "nick alice"),
                                      (SMS_DOMAIN, f"<phone>{OWN_NUMBER}</phone>", f"number {OWN_NUMBER}")):
            answer = self.alice.ask(domain, f"<query xmlns='{REGISTER}'>{fields}</query>", "set")
            if answer.type != "result":
                raise NotSeen(f"{domain} answered {answer}")
            self.out.line("XMPP", "alice", domain.split(".")[0] + " gateway", f"registers with {shown}")

    def join(self) -> None:
        """alice joins the channel"""
        self.out.line("XMPP", "alice", CHANNEL, "joins")
        self.alice.joined(ROOM, "alice")
        self.bob.wait_for("JOIN", CHANNEL, nick="alice")
        self.out.line("IRC", CHANNEL, "bob", "alice has joined")

    def greet(self) -> None:
        """bob greets her"""
        self.bob.say(CHANNEL, "Ahoy alice, welcome aboard!")
        got = self.alice.expect(that("message", f"{ROOM}/bob", type="groupchat", body="Ahoy alice, welcome aboard!"))
        self.out.line("IRC", "bob", CHANNEL, got.body or "")

    def answer(self) -> None:
        """she answers"""
        text = "Hello bob, what a fine boat \N{SAILBOAT}"
        sent = self.alice.say(ROOM, text, "groupchat")
        self.bob.wait_for("CHANNEL", CHANNEL, text, nick="alice")
        self.alice.expect(that("message", f"{ROOM}/alice", type="groupchat", id=sent, body=text))
        self.out.line("XMPP", "alice", CHANNEL, text)

    def change_nick(self) -> None:
        """bob changes his nick"""
        self.bob.change_nick("ferryman")
        self.alice.expect(that("presence", f"{ROOM}/bob", type="unavailable", codes=[303]))
        self.alice.expect(that("presence", f"{ROOM}/ferryman", type=""))
        self.out.line("IRC", "bob", CHANNEL, "is now known as ferryman")

    def topic(self) -> None:
        """the topic is set"""
        self.bob.topic(CHANNEL, "Departures every full hour")
        got = self.alice.expect(that("message", f"{ROOM}/ferryman", subject="Departures every full hour"))
        self.out.line("IRC", "ferryman", CHANNEL, f"sets the topic: {got.subject}")

    def talk_privately(self) -> None:
        """a private talk"""
        self.alice.say(person_of("ferryman"), "How much is the fare?")
        self.bob.wait_for("PRIVMSG", "ferryman", "How much is the fare?", nick="alice")
        self.out.line("XMPP", "alice", "ferryman", "How much is the fare?")
        self.bob.say("alice", "For you? A story.")
        self.alice.expect(that("message", type="chat", body="For you? A story."))
        self.out.line("IRC", "ferryman", "alice", "For you? A story.")

    def send_sms(self) -> None:
        """an SMS goes out"""
        text = "On my way, see you at ten"
        self.sms = self.alice.say(phone_of(PHONE), text, inner=f"<request xmlns='{RECEIPTS}'/>")
        self.out.line("XMPP", "alice", PHONE, text)
        shown = self.world.kannel.wait_for_sms(PHONE, text=text)
        self.out.line("SMS", PHONE, "its screen", f"{shown.sender}: {shown.text}")

    def delivery_report(self) -> None:
        """its delivery report comes"""
        self.alice.expect(that("message", has=f"{{{RECEIPTS}}}received",
                               where=lambda m: m.find(f"{{{RECEIPTS}}}received").get("id") == self.sms), 20)
        self.out.line("SMS", PHONE, "alice", "(delivered)")

    def answer_from_phone(self) -> None:
        """the phone answers"""
        self.world.kannel.send_from_phone(PHONE, OWN_NUMBER, "Fine, I bring the oars")
        got = self.alice.expect(that("message", body="Fine, I bring the oars"), 20)
        self.out.line("SMS", got.sender.split("@")[0], "alice", got.body or "")

    def fail_sms(self) -> None:
        """an SMS to a number that nobody has comes back"""
        self.world.kannel.carrier.answer = lambda _query: "ERR no such subscriber"
        sent = self.alice.say(phone_of(NOBODY), "Is anybody there?")
        self.out.line("XMPP", "alice", NOBODY, "Is anybody there?")
        error = self.alice.expect(that("message", type="error", id=sent), 20)
        self.out.line("SMS", NOBODY, "alice", f"(not delivered: {error.text(ERROR_TEXT)})")

    def play(self) -> str | None:
        """Plays all steps; the name and the reason of the first that did not happen, or None."""
        for step in (self.register, self.join, self.greet, self.answer, self.change_nick, self.topic, self.talk_privately,
                     self.send_sms, self.delivery_report, self.answer_from_phone, self.fail_sms):
            try:
                step()
            except Exception as failure:  # whatever it was, it is this step that did not happen
                self.out.failure(step.__doc__ or step.__name__, str(failure) or traceback.format_exc())
                return step.__doc__
        return None


def instructions(world: World) -> str:
    return f"""\
Everything keeps running until Ctrl-C. To connect with your own client:

  XMPP address   alice@{DOMAIN}      password   {PASSWORD}
  server         127.0.0.1 port {world.xmpp.client_port}, without TLS (this is loopback)
  rooms          {ROOM}   (any #name%{NETWORK}@{IRC_DOMAIN})
  people         {person_of("ferryman")}   (any nick%{NETWORK}@{IRC_DOMAIN})
  telephones     {phone_of(PHONE)}   (any +number@{SMS_DOMAIN}; what a phone gets is shown here)
                 {phone_of(NOBODY)}   (nobody has it; so with all that begin with {FAILING})
  IRC            127.0.0.1 port {world.irc.port}, or port {world.irc.tls_port} with TLS, channel {CHANNEL}
  logs           {world.workspace.path}
"""


def stay(world: World, out: Printer) -> None:
    """Shows what arrives at telephones until somebody interrupts."""
    while True:
        try:
            sms = world.kannel.phone.take(lambda _sms: True, 3600)
        except NotSeen:
            continue
        out.line("SMS", sms.sender, sms.receiver, sms.text)


def tell(world: World, once: bool) -> int:
    out = Printer()
    out.title("The story")
    story = Story(world, out)
    if story.play():
        world.workspace.keep = True
        print(f"The logs are in {world.workspace.path}", file=sys.stderr)
        return 1
    if once:
        return 0
    story.alice.close()
    out.title("The end, and the beginning of yours")
    print(instructions(world), flush=True)
    stay(world, out)
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--once", action="store_true", help="exit after the story: 0 if all of it happened, else 1")
    parser.add_argument("--directory", type=Path, default=Path("build"), help="where to make the private directory")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    world = None
    try:
        print("Starting Prosody, InspIRCd, Kannel and wherry on 127.0.0.1 ...", flush=True)
        world = World(Plan(sms=True, carrier=True), options.directory.resolve())
        return tell(world, options.once)
    except KeyboardInterrupt:
        print()
        return 130 if options.once else 0
    except (FileNotFoundError, RuntimeError, NotSeen) as problem:
        print(f"demo: {problem}", file=sys.stderr)
        return 1
    finally:
        if world:
            world.close()


if __name__ == "__main__":
    sys.exit(main())
