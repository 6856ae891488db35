"""Pictures and files: from a telephone to where its owner can fetch them, and back as MMS."""

import base64
import hashlib
import urllib.error
import urllib.request
from collections import deque

import pytest
from peers.sms_provider import MediaFile
from peers.stanza import that
from peers.wherry import SMS_DOMAIN
from peers.world import Plan, phone_of
from plans import against

pytestmark = against([Plan("prosody", sms=True, provider="twilio", media=True),
                      Plan("prosody", sms=True, provider="bandwidth", media=True, upload=True)])

PHONE = "+15557770000"
PICTURE = bytes(range(256)) * 100
SFS = "urn:xmpp:sfs:0"
OOB_URL = "{jabber:x:oob}x/{jabber:x:oob}url"
SHOWN_IN_WORDS = "an attachment came with this and is not shown"


@pytest.fixture
def get(provider, own):
    """A text with a file at that URL comes in."""

    def arrive(*urls, text=""):
        assert provider.dialect.is_thanked(provider.call(provider.make_text(PHONE, own, text, urls)))

    return arrive


def file_message():
    return that("message", has=OOB_URL)


def words():
    return that("message", where=lambda m: SHOWN_IN_WORDS in (m.body or ""))


def fetch(url, method="GET"):
    with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=10) as answer:
        return answer.headers, answer.read()


def test_a_picture_comes_behind_its_text(world, provider, alice, get):
    get(provider.place("one", MediaFile(PICTURE)), text="look!")
    assert alice.expect(that("message", where=lambda m: m.body is not None), 20).body == "look!"
    got = alice.expect(file_message(), 20)
    url = got.text(OOB_URL)
    assert got.sender.startswith(phone_of(PHONE)) and got.body == url
    file = got.find(f"{{{SFS}}}file-sharing/{{urn:xmpp:file:metadata:0}}file")
    told = {child.tag.rpartition("}")[2]: child.text for child in file}
    assert told == {"media-type": "image/jpeg", "name": "image.jpg", "size": str(len(PICTURE)),
                    "hash": base64.b64encode(hashlib.sha256(PICTURE).digest()).decode()}
    headers, body = fetch(url)
    assert body == PICTURE and headers["Content-Type"] == "image/jpeg"
    port = world.xmpp.http_port if world.plan.upload else world.wherry.settings.http_port
    assert url.startswith(f"http://127.0.0.1:{port}/")


def test_what_the_upload_service_does_not_take_is_served_by_us(world, provider, alice, get):
    body = PICTURE * 3
    get(provider.place("large", MediaFile(body)))
    url = alice.expect(file_message(), 20).text(OOB_URL)
    assert url.startswith(f"{world.wherry.settings.public_url}/media/") and url.endswith("/image.jpg")
    headers, fetched = fetch(url)
    assert fetched == body
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["Content-Disposition"].startswith("inline")
    assert headers["Content-Security-Policy"] == "default-src 'none'"
    headers, fetched = fetch(url, "HEAD")
    assert headers["Content-Length"] == str(len(body)) and fetched == b""
    for wrong, method, status in [(url + "x", "GET", 404), (url.replace("/media/", "/media/x"), "GET", 404),
                                  (url, "POST", 405)]:
        with pytest.raises(urllib.error.HTTPError) as refused:
            fetch(wrong, method)
        assert refused.value.code == status


def test_a_redirect_takes_no_credentials_along(provider, alice, get):
    there = provider.place_in_store("kept", MediaFile(b"voice", "audio/amr"))
    get(provider.place("moved", MediaFile(location=there)))
    got = alice.expect(file_message(), 20)
    assert got.text(OOB_URL).endswith("audio.amr") and fetch(got.text(OOB_URL))[1] == b"voice"


def test_a_redirect_into_a_private_network_is_not_followed(provider, alice, get):
    inside = MediaFile(b"secret", "text/plain")
    get(provider.place("inside", MediaFile(location=provider.place_in_store("inside", inside, "localhost"))))
    alice.expect(words(), 20)
    assert inside.asked == 0


def test_a_file_that_is_too_long_is_not_read_to_its_end(provider, alice, get):
    long = MediaFile(bytes(30_000_000))
    get(provider.place("long", long), text="my film")
    alice.expect(that("message", body="my film"), 20)
    alice.expect(words(), 20)
    assert long.sent < 20_000_000


def test_types_that_are_not_passed_on(provider, alice, get):
    get(provider.place("layout", MediaFile(b"<smil/>", "application/smil")),
        provider.place("program", MediaFile(b"MZ", "application/x-msdownload")),
        provider.place("note", MediaFile(b"a note", "text/plain; charset=us-ascii")))
    assert alice.expect(file_message(), 20).text(OOB_URL).endswith("text.txt")
    alice.expect(words(), 20)
    get(provider.place("fence", MediaFile(PICTURE)))
    alice.expect(file_message(), 20)
    assert not alice.stanzas.take_pending(words())


def test_what_is_gone_is_named_and_what_is_away_is_asked_for_again(provider, alice, get):
    away = MediaFile(PICTURE, statuses=deque([503]))
    get(provider.place("away", away), f"{provider.base_url}/files/gone")
    alice.expect(words(), 20)
    alice.expect(file_message(), 20)
    assert away.asked == 2


def test_a_kill_in_the_middle_loses_nothing(world, provider, alice, get):
    held = MediaFile(PICTURE, is_held=True)
    get(provider.place("held", held), text="before the end")
    alice.expect(that("message", body="before the end"), 20)
    while not held.asked:
        alice.ping(SMS_DOMAIN)
    world.wherry.kill()
    held.is_held = False
    provider.release.set()
    world.restart_wherry()
    assert fetch(alice.expect(file_message(), 20).text(OOB_URL))[1] == PICTURE
    assert held.asked == 2


def test_what_is_refused_as_mms_goes_with_the_link(provider, alice, numbers):
    phone, url = numbers.take(), "https://upload.example.org/1/cat.jpg"
    provider.plan[phone].append("unroutable")
    alice.say(phone_of(phone), f"my cat {url}", inner=f"<x xmlns='jabber:x:oob'><url>{url}</url></x>")
    assert provider.wait_for(phone, "unroutable").media == (url,)
    sms = provider.wait_for(phone)
    assert sms.media == () and sms.text.startswith("my cat") and url in sms.text
    provider.plan[phone].extend(["unroutable", "unroutable"])
    sent = alice.say(phone_of(phone), url, inner=f"<x xmlns='jabber:x:oob'><url>{url}</url></x>")
    alice.expect(that("message", type="error", id=sent), 20)


def test_a_link_goes_out_as_mms(provider, alice, numbers):
    phone, url = numbers.take(), "https://upload.example.org/1/cat.jpg"
    alice.say(phone_of(phone), url, inner=f"<x xmlns='jabber:x:oob'><url>{url}</url></x>")
    sms = provider.wait_for(phone)
    assert (sms.text, sms.media) == ("", (url,))
    phone = numbers.take()
    source = f"<sources><url-data xmlns='http://jabber.org/protocol/url-data' target='{url}'/></sources>"
    alice.say(phone_of(phone), "my cat", inner=f"<file-sharing xmlns='{SFS}'>{source}</file-sharing>")
    sms = provider.wait_for(phone)
    assert (sms.text, sms.media) == ("my cat", (url,))
