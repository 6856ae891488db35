"""What wherry says of itself and of what it knows: disco, ping, version, vCard, the address prompt, the room list."""

import pytest
from peers.stanza import DISCO_INFO, DISCO_ITEMS, MUC
from peers.wherry import IRC_DOMAIN
from peers.world import NETWORK, room_of
from plans import EACH_SERVER_ONCE, against

pytestmark = against(EACH_SERVER_ONCE)

NETWORK_JID = f"{NETWORK}@{IRC_DOMAIN}"
GATEWAY_FEATURES = [DISCO_INFO, DISCO_ITEMS, MUC, "jabber:iq:register", "jabber:iq:gateway", "jabber:iq:version",
                    "urn:xmpp:ping", "vcard-temp", "jid\\20escaping"]


def info(client, jid):
    answer = client.ask(jid, f"<query xmlns='{DISCO_INFO}'/>")
    assert answer.type == "result"
    features = {e.get("var") for e in answer.find_all(f"{{{DISCO_INFO}}}query/{{{DISCO_INFO}}}feature")}
    identities = {(e.get("category"), e.get("type"))
                  for e in answer.find_all(f"{{{DISCO_INFO}}}query/{{{DISCO_INFO}}}identity")}
    return identities, features


def items(client, jid, inner=""):
    answer = client.ask(jid, f"<query xmlns='{DISCO_ITEMS}'>{inner}</query>")
    return answer, [e.get("jid") for e in answer.find_all(f"{{{DISCO_ITEMS}}}query/{{{DISCO_ITEMS}}}item")]


def test_the_gateway_is_an_irc_gateway_with_rooms(cast):
    identities, features = info(cast.client(), IRC_DOMAIN)
    assert {("gateway", "irc"), ("conference", "irc")} <= identities
    assert ("conference", "text") not in identities
    assert set(GATEWAY_FEATURES) <= features


def test_a_room_has_the_features_of_a_room(world, cast):
    client, room = cast.client(), room_of(world.channel())
    client.joined(room, world.nick())
    identities, features = info(client, room)
    assert any(category == "conference" for category, _ in identities)
    assert {MUC, "muc_nonanonymous", "muc_unsecured", "muc_open"} <= features


def test_the_gateway_lists_its_networks(cast):
    _, jids = items(cast.client(), IRC_DOMAIN)
    assert NETWORK_JID in jids


@pytest.mark.parametrize("jid", [IRC_DOMAIN, NETWORK_JID])
def test_ping_is_answered(cast, jid):
    assert cast.client().ping(jid).type == "result"


def test_version_names_the_program(cast):
    answer = cast.client().ask(IRC_DOMAIN, "<query xmlns='jabber:iq:version'/>")
    assert answer.text("{jabber:iq:version}query/{jabber:iq:version}name") == "wherry"
    assert answer.text("{jabber:iq:version}query/{jabber:iq:version}version")


def test_the_gateway_has_a_vcard(cast):
    answer = cast.client().ask(IRC_DOMAIN, "<vCard xmlns='vcard-temp'/>")
    assert answer.type == "result" and answer.text("{vcard-temp}vCard/{vcard-temp}FN")


def test_the_prompt_turns_names_into_addresses(cast):
    client = cast.client()
    asked = client.ask(IRC_DOMAIN, "<query xmlns='jabber:iq:gateway'/>")
    assert asked.text("{jabber:iq:gateway}query/{jabber:iq:gateway}prompt") is not None
    assert asked.text("{jabber:iq:gateway}query/{jabber:iq:gateway}desc")
    prompt = f"<query xmlns='jabber:iq:gateway'><prompt>#room@{NETWORK}</prompt></query>"
    answer = client.ask(IRC_DOMAIN, prompt, "set")
    assert answer.text("{jabber:iq:gateway}query/{jabber:iq:gateway}jid") == f"#room%{NETWORK}@{IRC_DOMAIN}"


def test_the_room_list_comes_in_pages(world, cast):
    client, bob = cast.client(), cast.irc()
    channels = [world.channel() for _ in range(3)]
    for channel in channels:
        bob.join(channel)
    client.joined(room_of(channels[0]), world.nick())
    _, jids = items(client, NETWORK_JID)
    assert {room_of(channel) for channel in channels} <= set(jids)
    answer, page = items(client, NETWORK_JID, "<set xmlns='http://jabber.org/protocol/rsm'><max>2</max></set>")
    assert len(page) == 2
    rsm = "{http://jabber.org/protocol/rsm}"
    last = answer.text(f"{{{DISCO_ITEMS}}}query/{rsm}set/{rsm}last")
    after = f"<set xmlns='http://jabber.org/protocol/rsm'><max>2</max><after>{last}</after></set>"
    _, rest = items(client, NETWORK_JID, after)
    assert rest and not set(rest) & set(page)


def test_the_room_list_needs_a_connection(cast):
    answer, _ = items(cast.client(), NETWORK_JID)
    assert answer.error == ("wait", "recipient-unavailable")
