"""Whose numbers are whose: given out, assigned, proved by a code; and users' own accounts at the provider."""

import re

import pytest
from adhoc import command, form, note, status
from peers.sms_dialects import Twilio
from peers.sms_wire import basic
from peers.stanza import DATA, RECEIPTS, REGISTER, that
from peers.wherry import SMS_DOMAIN, HttpSmsNetwork
from peers.world import Plan, phone_of
from plans import against
from sms_user import ASK_RECEIPT, register

pytestmark = against([Plan("prosody", sms=True, provider="twilio")])

FIRST, SECOND, THIRD = "+15550001001", "+15550001002", "+15550001003"


class OwnTwilio(Twilio):
    """The same provider, to whom another account belongs."""

    account, token = "AC" + "4" * 32, "the token of a user"
    authorization = basic(account, token)


@pytest.fixture
def configure(world):
    """Restarts wherry with these keys of the network."""

    def restart(keys):
        world.wherry.terminate()
        component = world.wherry.settings.components[1]
        component.networks = [HttpSmsNetwork(world.provider.toml(), more=keys)]
        component.admins = [world.probe.bare]
        world.restart_wherry()
        world.probe.presence()

    yield restart
    assert not world.provider.complaints


def here(cast):
    client = cast.client()
    client.presence()
    return client


def unregister(client):
    return client.ask(SMS_DOMAIN, f"<query xmlns='{REGISTER}'><remove/></query>", "set")


def run(client, node, **fields):
    asked = command(client, SMS_DOMAIN, node)
    session = asked.find("{http://jabber.org/protocol/commands}command").get("sessionid")
    return command(client, SMS_DOMAIN, node, form(**fields), session)


def test_numbers_of_a_pool_are_given_out_and_rest(world, cast, configure, phone):
    configure(f'numbers = ["{FIRST}", "{SECOND}"]\n')
    alice, bob, carol = here(cast), here(cast), here(cast)
    assert register(alice, "").type == "result" and register(bob, "").type == "result"
    assert register(carol, "").error == ("wait", "resource-constraint")
    world.probe.expect(that("message", where=lambda m: m.body and "All numbers are taken" in m.body))
    alice.say(phone_of(phone), "from the first")
    assert world.provider.wait_for(phone).sender == FIRST
    world.provider.call(world.provider.make_text(phone, SECOND, "for the second"))
    bob.expect(that("message", phone_of(phone), body="for the second"))
    assert unregister(alice).type == "result"
    assert register(carol, "").error == ("wait", "resource-constraint")
    assert register(alice, "").type == "result", "it rests for whoever has had it"
    for client in (alice, bob):
        unregister(client)


def test_an_administrator_assigns_numbers(world, cast, configure, phone):
    configure(f'assign = "admin"\nnumbers = ["{FIRST}", "{THIRD}"]\nrest_days = 0\n')
    alice = here(cast)
    assert register(alice, FIRST).error == ("cancel", "not-allowed")
    world.probe.expect(that("message", where=lambda m: m.body and f"{alice.bare} would like to have a number" in m.body))
    assert status(run(world.probe, "assign-number", jid=alice.bare, number=THIRD)) == "completed"
    alice.expect(that("message", where=lambda m: m.body and f"given you the number {THIRD}" in m.body))
    alice.say(phone_of(phone), "assigned")
    assert world.provider.wait_for(phone).sender == THIRD
    assert f"{THIRD} {alice.bare}" in note(command(world.probe, SMS_DOMAIN, "numbers"))
    assert status(run(world.probe, "release-number", number=THIRD)) == "completed"
    refused = alice.say(phone_of(phone), "too late")
    alice.expect(that("message", type="error", id=refused))


def code_for(world, phone):
    sms = world.provider.wait_for(phone)
    assert sms.sender == FIRST
    return re.match(r"(\d{6}) is your code", sms.text).group(1)


def test_a_claimed_number_is_proved_by_the_code_that_is_texted_there(world, cast, configure, numbers, phone):
    configure(f'assign = "claim"\nnumbers = ["{FIRST}"]\n')
    alice, mallory = here(cast), here(cast)
    own = numbers.take()
    assert register(alice, own).type == "result"
    alice.expect(that("message", where=lambda m: m.body and f"A code was sent to {own}" in m.body))
    code = code_for(world, own)
    assert register(mallory, own).type == "result"
    code_for(world, own)
    wrong = f"{(int(code) + 1) % 1000000:06}"
    alice.say(SMS_DOMAIN, wrong)
    alice.expect(that("message", where=lambda m: m.body and "You can try 4 more times" in m.body))
    assert world.wherry.terminate() == 0
    world.restart_wherry()
    alice.say(SMS_DOMAIN, code)
    alice.expect(that("message", where=lambda m: m.body == f"{own} is your number now."))
    alice.say(phone_of(phone), "it is mine")
    assert world.provider.wait_for(phone).sender == own
    assert "conflict" in register(mallory, own).error


def test_a_code_that_the_provider_refuses_is_said(world, cast, configure, numbers):
    configure(f'assign = "claim"\nnumbers = ["{FIRST}"]\n')
    alice, own = here(cast), numbers.take()
    world.provider.plan[own].append("refused")
    assert register(alice, own).type == "error"


@pytest.fixture
def own_twilio(world, configure, monkeypatch):
    """wherry takes accounts there, and the provider knows a second one."""
    configure('own_accounts = ["twilio"]\n')
    dialect = world.provider.dialect
    own = OwnTwilio(dialect.public_url, world.workspace)
    operators = dialect.read
    monkeypatch.setattr(dialect, "read", lambda request: (own.read if own.account in request.target else operators)(request))
    return own


def register_own(client, own, number, **more):
    fields = {"phone": number, "provider": "twilio", "account": own.account, "secret": own.token, **more}
    return client.ask(SMS_DOMAIN, f"<query xmlns='{REGISTER}'>{form(**fields)}</query>", "set")


def hook_of(client, number):
    told = client.expect(that("message", where=lambda m: m.body and f"for {number} arrive here" in m.body))
    return re.search(r"call http://[^/]+(/twilio/sms-[0-9a-f]{16}/)mo$", told.body).group(1)


def test_a_user_texts_through_an_account_of_their_own(world, cast, own_twilio, numbers, phone):
    alice, number = here(cast), numbers.take()
    offered = alice.ask(SMS_DOMAIN, f"<query xmlns='{REGISTER}'/>")
    assert offered.find(f"{{{REGISTER}}}query/{{{DATA}}}x") is not None
    assert register_own(alice, own_twilio, number, account="AC/../evil").error == ("modify", "not-acceptable")
    assert register_own(alice, own_twilio, number).type == "result"
    own_twilio.path = hook_of(alice, number)
    sent = alice.say(phone_of(phone), "through mine", inner=ASK_RECEIPT)
    sms = world.provider.wait_for(phone)
    assert sms.sender == number and sms.callback.startswith(own_twilio.path)
    assert own_twilio.is_thanked(world.provider.call(own_twilio.report(sms, "delivered", 90)))
    alice.expect(that("message", has=f"{{{RECEIPTS}}}received",
                      where=lambda m: m.find(f"{{{RECEIPTS}}}received").get("id") == sent))
    assert own_twilio.is_thanked(world.provider.call(own_twilio.text(phone, number, "and back", 91)))
    alice.expect(that("message", phone_of(phone), body="and back"))


def test_accounts_dont_reach_into_each_other(world, cast, own_twilio, numbers, phone):
    """Mallory's account says what it likes, of Alice's number even: it is said to Mallory alone."""
    alice, mallory, number = here(cast), here(cast), numbers.take()
    assert register(alice, number).type == "result"
    assert register_own(mallory, own_twilio, number).type == "result"
    own_twilio.path = hook_of(mallory, number)
    operators = world.provider.dialect
    forged = operators.text(phone, number, "not signed by that account", 92)
    target = own_twilio.path + "mo"
    assert world.provider.call(type(forged)(target, forged.body, forged.headers)).status == 403
    theirs = own_twilio.text(phone, number, "STOP", 93)
    assert world.provider.call(type(theirs)("/twilio/sms/mo", theirs.body, theirs.headers)).status == 403
    assert own_twilio.is_thanked(world.provider.call(theirs))
    mallory.expect(that("message", phone_of(phone), body="STOP"))
    alice.say(phone_of(phone), "still allowed")
    assert world.provider.wait_for(phone).text == "still allowed"
    assert operators.is_thanked(world.provider.call(operators.text(phone, number, "for Alice", 94)))
    alice.expect(that("message", phone_of(phone), body="for Alice"))
    assert not [each for each in mallory.stanzas.history if each.body == "for Alice"]
    assert unregister(mallory).type == "result"
    assert world.provider.call(own_twilio.text(phone, number, "gone", 95)).status == 404


def test_own_accounts_come_back_after_a_restart(world, cast, own_twilio, numbers, phone):
    alice, number = here(cast), numbers.take()
    assert register_own(alice, own_twilio, number).type == "result"
    own_twilio.path = hook_of(alice, number)
    world.wherry.kill()
    world.restart_wherry()
    assert own_twilio.is_thanked(world.provider.call(own_twilio.text(phone, number, "after it", 96)))
    alice.expect(that("message", phone_of(phone), body="after it"), 20)


def test_a_wrong_password_is_the_users_to_mend(world, cast, own_twilio, numbers, phone):
    alice, number = here(cast), numbers.take()
    assert register_own(alice, own_twilio, number).type == "result"
    hook_of(alice, number)
    world.provider.plan[phone].append("account")
    alice.say(phone_of(phone), "hm")
    world.provider.wait_for(phone, "account")
    alice.expect(that("message", SMS_DOMAIN, where=lambda m: m.body and "refuses your account" in m.body))
    world.probe.ping(SMS_DOMAIN)
    assert not [each for each in world.probe.stanzas.history if each.body and "refuses our account" in each.body]
