"""What strangers get of an SMS component: nothing."""

import subprocess

import pytest
from peers.stanza import REGISTER, that
from peers.wherry import SMS_DOMAIN, program
from peers.world import phone_of
from sms_scene import ALICE, SmsScene

MALLORY = "mallory@evil.example/one"
PHONE = "+15551234567"


@pytest.fixture(scope="module")
def scene():
    made = SmsScene()
    made.port.present.add(MALLORY)
    yield made
    made.close()


def register(scene, user, number):
    return scene.port.ask(user, SMS_DOMAIN, f"<query xmlns='{REGISTER}'><phone>{number}</phone></query>", "set")


def test_a_stranger_gets_no_number_and_sends_nothing(scene):
    assert register(scene, MALLORY, "+15550009999").error[1] == "forbidden"
    scene.port.say(MALLORY, phone_of(PHONE), "at your cost", "theft")
    answer = scene.port.expect(that("message", type="error", id="theft"), 10)
    assert answer.error[1] == "forbidden"
    assert not scene.provider.asked(PHONE)


@pytest.mark.parametrize("number", ["+18765551234", "+18095551234", "+19005551234", "+15559761234"])
def test_what_costs_a_fortune_is_refused_without_a_rule(scene, number):
    scene.port.say(ALICE, phone_of(number), "hi", f"to{number}")
    answer = scene.port.expect(that("message", type="error", id=f"to{number}"), 10)
    assert answer.error[1] == "not-allowed"
    assert not scene.provider.asked(number)


@pytest.mark.parametrize("said, answer", [("cost (555) 123-4567 hi", "1 message, 1 segment"),
                                          ("cost 011 49 151 12345678 hi", "1 message, 1 segment"),
                                          ("cost +1 555 123 4567 12 pence", "1 message, 1 segment"),
                                          ("cost 12 hi", "This is not a telephone number.")])
def test_a_number_in_a_command_may_have_blanks(scene, said, answer):
    scene.port.say(ALICE, SMS_DOMAIN, said, "cost")
    scene.port.expect(that("message", SMS_DOMAIN, where=lambda m: m.body and answer in m.body), 10)


def test_check_names_every_open_door(tmp_path):
    file = tmp_path / "wherry.toml"
    file.write_text("""
[http]
listen = "0.0.0.0:8643"
[[component]]
type = "sms"
domain = "sms.example.test"
secret = "s"
access = "open"
[[component.network]]
send_url = "http://127.0.0.1:1/"
username = "u"
password = "p"
webhook_secret = "0123456789abcdef0123456789abcdef"
user_limits = []
allow = ["+"]
""")
    done = subprocess.run([program(), "check", "--config", file], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "OK" in done.stdout
    for said in ("listen is open", 'access = "open" lets in everybody', "webhook_secret is the one", "no limit on what one user",
                 "every country"):
        assert f"{said}" in done.stderr, done.stderr


def test_who_has_no_number_registers_in_the_chat_with_the_gateway(scene):
    bob = "bob@example.test/one"
    scene.port.present.add(bob)
    scene.port.say(bob, phone_of(PHONE), "hi", "first")
    scene.port.expect(that("message", SMS_DOMAIN, where=lambda m: m.body and "write yours to me" in m.body), 10)
    scene.port.say(bob, SMS_DOMAIN, "(555) 000-7777", "number")
    scene.port.expect(that("message", SMS_DOMAIN, where=lambda m: m.body and "registered with +15550007777" in m.body), 10)
