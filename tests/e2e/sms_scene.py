"""wherry between an HTTP provider and an XMPP server's port, both of which do what a test says; no other programs."""

from __future__ import annotations

import http.client

from peers.component_port import ComponentPort
from peers.process import Workspace
from peers.sms_dialects import DIALECTS
from peers.sms_provider import Answer, Call, SmsProvider
from peers.stanza import PING, RECEIPTS, REGISTER, Stanza
from peers.wherry import SECRETS, SMS_DOMAIN, Component, HttpSmsNetwork, Settings, Wherry

ALICE = "alice@example.test/one"
OWN = "+15550001111"
ASK_RECEIPT = f"<request xmlns='{RECEIPTS}'/>"
NOBODY_THERE = (ConnectionError, http.client.HTTPException, TimeoutError)


class SmsScene:
    """alice has the number OWN. `more` are further keys of the network."""

    def __init__(self, dialect: str = "twilio", more: str = "uncertain_seconds = 2\n") -> None:
        self.workspace = Workspace()
        try:
            settings = Settings()
            self.port = ComponentPort(self.workspace, SMS_DOMAIN, SECRETS[SMS_DOMAIN])
            self.port.present.add(ALICE)
            self.provider = SmsProvider(self.workspace, DIALECTS[dialect], settings.public_url)
            settings.components.append(
                Component("sms", SMS_DOMAIN, self.port.port, [HttpSmsNetwork(self.provider.toml(), more=more)]))
            self.wherry = Wherry(self.workspace, settings)
            self.wherry.start()
            self.port.wait_up()
            self.register(ALICE, OWN)
        except BaseException:
            print(self.workspace.logs())
            self.close()
            raise

    def close(self) -> None:
        self.workspace.close()

    def register(self, user: str, number: str) -> None:
        answer = self.port.ask(user, SMS_DOMAIN, f"<query xmlns='{REGISTER}'><phone>{number}</phone></query>", "set")
        assert answer.type == "result", answer
        self.port.send(f"<presence from='{user}' to='{SMS_DOMAIN}'/>")

    def restart(self) -> None:
        before = self.port.connections
        self.wherry.kill()
        self.wherry.start()
        self.port.wait_up(after=before)

    def ping(self) -> bool:
        """True: whatever the server handed over before has been looked at."""
        return self.port.ask(ALICE, SMS_DOMAIN, f"<ping xmlns='{PING}'/>").type == "result"

    def call(self, call: Call) -> Answer | None:
        """None: nobody answered."""
        try:
            return self.provider.call(call)
        except NOBODY_THERE:
            return None

    def text(self, phone: str, text: str) -> Call:
        return self.provider.make_text(phone, OWN, text)


def receipt_for(stanza: Stanza) -> str:
    """The id of the message whose receipt it is; empty: it is none."""
    received = stanza.find(f"{{{RECEIPTS}}}received")
    return "" if received is None else received.get("id", "")
