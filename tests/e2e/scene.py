"""The people and the place of most tests about rooms."""

from __future__ import annotations

from peers.stanza import MUC_ADMIN
from peers.world import room_of


class Scene:
    """alice on XMPP and bob on IRC, who made the channel and so is its operator."""

    def __init__(self, world, cast):
        self.cast = cast
        self.world = world
        self.channel = world.channel()
        self.room = room_of(self.channel)
        self.bob = cast.irc()
        self.bob.join(self.channel)
        self.alice = cast.client()
        self.alice.presence()
        self.nick = world.nick("ali")

    def enter(self):
        self.alice.joined(self.room, self.nick)
        self.bob.wait_for("JOIN", self.channel, nick=self.nick)
        return self

    @property
    def me(self):
        return f"{self.room}/{self.nick}"

    @property
    def bob_here(self):
        return f"{self.room}/{self.bob.nick}"


def kick(alice, room, nick, reason):
    item = f"<item nick='{nick}' role='none'><reason>{reason}</reason></item>"
    return alice.ask(room, f"<query xmlns='{MUC_ADMIN}'>{item}</query>", "set")
