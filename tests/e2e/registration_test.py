"""Registration (XEP-0077) and subscription (XEP-0100, RFC 6121) at the IRC gateway."""

import pytest
from peers.stanza import DATA, REGISTER, that
from peers.wherry import IRC_DOMAIN
from plans import EACH_SERVER_ONCE, against

pytestmark = against(EACH_SERVER_ONCE)


def get_form(client):
    return client.ask(IRC_DOMAIN, f"<query xmlns='{REGISTER}'/>")


def submit(client, inner):
    return client.ask(IRC_DOMAIN, f"<query xmlns='{REGISTER}'>{inner}</query>", "set")


def form(**fields):
    values = "".join(f"<field var='{name}'><value>{value}</value></field>" for name, value in fields.items())
    hidden = f"<field var='FORM_TYPE' type='hidden'><value>{REGISTER}</value></field>"
    return f"<x xmlns='{DATA}' type='submit'>{hidden}{values}</x>"


def value_of(answer, var):
    for field in answer.find_all(f"{{{REGISTER}}}query/{{{DATA}}}x/{{{DATA}}}field"):
        if field.get("var") == var:
            return field.findtext(f"{{{DATA}}}value") or ""
    return None


def is_registered(answer):
    return answer.find(f"{{{REGISTER}}}query/{{{REGISTER}}}registered") is not None


@pytest.fixture
def client(cast):
    made = cast.client()
    made.get_roster()
    made.presence()
    return made


def test_the_form_asks_for_a_nick(client):
    answer = get_form(client)
    assert answer.type == "result" and not is_registered(answer)
    assert answer.text(f"{{{REGISTER}}}query/{{{REGISTER}}}instructions")
    assert answer.find(f"{{{REGISTER}}}query/{{{REGISTER}}}nick") is not None
    assert value_of(answer, "FORM_TYPE") == REGISTER and value_of(answer, "nick") == ""


def test_registering_is_followed_by_a_subscription_request(client):
    assert submit(client, form(nick="ali", password="open sesame")).type == "result"
    client.expect(that("presence", IRC_DOMAIN, type="subscribe"))
    answer = get_form(client)
    assert is_registered(answer) and value_of(answer, "nick") == "ali"


def test_the_password_is_never_told(client):
    submit(client, form(nick="ali", password="open sesame"))
    assert "sesame" not in str(get_form(client))


def test_legacy_fields_are_as_good_as_the_form(client):
    assert submit(client, "<nick>legacy</nick>").type == "result"
    assert value_of(get_form(client), "nick") == "legacy"


def test_the_form_wins_over_legacy_fields(client):
    assert submit(client, "<nick>legacy</nick>" + form(nick="formal")).type == "result"
    assert value_of(get_form(client), "nick") == "formal"


def test_editing_replaces_the_values(client):
    submit(client, form(nick="first", name="First Name"))
    assert submit(client, form(nick="second", name="Second Name")).type == "result"
    answer = get_form(client)
    assert value_of(answer, "nick") == "second" and value_of(answer, "name") == "Second Name"


REFUSED = {
    "nothing filled in": (form(), ("modify", "not-acceptable")),
    "empty nick": (form(nick=""), ("modify", "not-acceptable")),
    "nick with spaces": (form(nick="two words"), ("modify", "not-acceptable")),
    "nick with a line break": (form(nick="a&#13;QUIT"), ("modify", "not-acceptable")),
    "form of the wrong type": (f"<x xmlns='{DATA}' type='result'/>", ("modify", "bad-request")),
    "remove without being registered": ("<remove/>", ("auth", "registration-required")),
    "remove with company": ("<remove/><nick>a</nick>", ("modify", "bad-request")),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_wrong_submission_is_refused(client, case):
    inner, error = REFUSED[case]
    assert submit(client, inner).error == error
    assert not is_registered(get_form(client))


def test_removing_ends_registration_and_subscription(client):
    submit(client, form(nick="ali"))
    client.expect(that("presence", IRC_DOMAIN, type="subscribe"))
    client.presence(IRC_DOMAIN, type="subscribed")
    client.presence(IRC_DOMAIN, type="subscribe")
    client.expect(that("presence", IRC_DOMAIN, type="subscribed"))
    assert submit(client, "<remove/>").type == "result"
    client.expect(that("presence", IRC_DOMAIN, type="unsubscribed"))
    assert not is_registered(get_form(client))


def test_the_gateway_accepts_a_subscription_and_shows_itself(client):
    client.presence(IRC_DOMAIN, type="subscribe")
    client.expect(that("presence", IRC_DOMAIN, type="subscribed"))
    client.expect(that("presence", IRC_DOMAIN, type=""))


def test_a_resource_that_comes_later_sees_the_gateway(client, cast):
    client.presence(IRC_DOMAIN, type="subscribe")
    client.expect(that("presence", IRC_DOMAIN, type="subscribed"))
    later = cast.client(client.bare.partition("@")[0], "later")
    later.presence()
    later.expect(that("presence", IRC_DOMAIN, type=""))


def test_unsubscribing_hides_the_gateway(client):
    client.presence(IRC_DOMAIN, type="subscribe")
    client.expect(that("presence", IRC_DOMAIN, type=""))
    client.presence(IRC_DOMAIN, type="unsubscribe")
    client.expect(that("presence", IRC_DOMAIN, type="unavailable"))
