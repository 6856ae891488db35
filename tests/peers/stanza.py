"""Received stanzas as read-only values, and predicates that say what a test waits for."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Callable, Iterable

CLIENT = "jabber:client"
STANZAS = "urn:ietf:params:xml:ns:xmpp-stanzas"
MUC = "http://jabber.org/protocol/muc"
MUC_USER = "http://jabber.org/protocol/muc#user"
MUC_ADMIN = "http://jabber.org/protocol/muc#admin"
MUC_OWNER = "http://jabber.org/protocol/muc#owner"
REGISTER = "jabber:iq:register"
RECEIPTS = "urn:xmpp:receipts"
DISCO_INFO = "http://jabber.org/protocol/disco#info"
DISCO_ITEMS = "http://jabber.org/protocol/disco#items"
DATA = "jabber:x:data"
PING = "urn:xmpp:ping"
DELAY = "urn:xmpp:delay"


class Stanza:
    """A message, presence or iq. Paths are ElementTree's, with `{namespace}name`; `c:` stands for jabber:client."""

    def __init__(self, element: ET.Element) -> None:
        self.element = element
        self.kind = element.tag.rpartition("}")[2]
        self.type = element.get("type", "")
        self.id = element.get("id", "")
        self.sender = element.get("from", "")
        self.to = element.get("to", "")

    def find(self, path: str) -> ET.Element | None:
        return self.element.find(path, {"c": CLIENT})

    def find_all(self, path: str) -> list[ET.Element]:
        return self.element.findall(path, {"c": CLIENT})

    def text(self, path: str) -> str | None:
        """The text of the first element there; None when there is no such element."""
        found = self.find(path)
        return None if found is None else found.text or ""

    @property
    def body(self) -> str | None:
        return self.text("c:body")

    @property
    def subject(self) -> str | None:
        return self.text("c:subject")

    @property
    def codes(self) -> set[int]:
        """The status codes of XEP-0045."""
        return {int(status.get("code", "0")) for status in self.find_all(f"{{{MUC_USER}}}x/{{{MUC_USER}}}status")}

    @property
    def item(self) -> dict[str, str]:
        """The attributes of the MUC item: affiliation, role, jid, nick."""
        found = self.find(f"{{{MUC_USER}}}x/{{{MUC_USER}}}item")
        return {} if found is None else dict(found.attrib)

    @property
    def error(self) -> tuple[str, str]:
        """Type and condition of the error; two empty strings without one."""
        found = self.find("c:error")
        if found is None:
            return "", ""
        conditions = [child.tag.rpartition("}")[2] for child in found
                      if child.tag.startswith(f"{{{STANZAS}}}") and not child.tag.endswith("}text")]
        return found.get("type", ""), conditions[0] if conditions else ""

    def __str__(self) -> str:
        return ET.tostring(self.element, encoding="unicode").replace(f' xmlns:ns0="{CLIENT}"', "").replace("ns0:", "")


Predicate = Callable[[Stanza], bool]


def is_mute(presence: Stanza) -> bool:
    """In the room without a voice: what the user's own occupant is while the network is away."""
    return presence.item.get("role") == "visitor"


def may_speak(presence: Stanza) -> bool:
    return presence.item.get("role") in ("participant", "moderator")


def that(kind: str, sender: str | None = None, *, type: str | None = None, id: str | None = None, body: str | None = None,
         subject: str | None = None, codes: Iterable[int] | None = None, error: tuple[str, str] | None = None,
         has: str | None = None, where: Predicate | None = None) -> Predicate:
    """A stanza with all of what is given; `codes` must all be there, `has` is a path. The predicate explains itself."""
    expected = {"sender": sender, "type": type, "id": id, "body": body, "subject": subject, "error": error}
    expected = {name: value for name, value in expected.items() if value is not None}

    def matches(stanza: Stanza) -> bool:
        return (stanza.kind == kind
                and all(getattr(stanza, name) == value for name, value in expected.items())
                and (codes is None or set(codes) <= stanza.codes)
                and (has is None or stanza.find(has) is not None)
                and (where is None or where(stanza)))

    extra = {"codes": codes, "has": has}
    shown = {**expected, **{name: value for name, value in extra.items() if value is not None}}
    matches.what = f"<{kind}> with {shown}"  # type: ignore[attr-defined]
    return matches
