#include "component/stream.hpp"

#include <gtest/gtest.h>

#include "base/sha1.hpp"
#include "component/stanza.hpp"

using namespace component;

namespace {

const std::string header =
    "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' "
    "xmlns:stream='http://etherx.jabber.org/streams' from='gw' id='3BF96D32'>";

std::string line(const Action& action) {
  struct Visitor {
    std::string operator()(const action::Write& a) { return "write " + a.bytes; }
    std::string operator()(const action::Ready&) { return "ready"; }
    std::string operator()(const action::Received& a) { return "element " + a.element.to_string(ns_component); }
    std::string operator()(const action::Oversized& a) { return "oversized " + a.stub.to_string(ns_component); }
    std::string operator()(const action::Failed& a) {
      return (a.ours ? "ours " : "theirs ") + a.condition + "|" + a.text + "|" + a.other_host;
    }
    std::string operator()(const action::Ended&) { return "ended"; }
  };
  return std::visit(Visitor{}, action);
}

std::string feed(Stream& stream, std::string_view bytes, std::size_t slice) {
  std::string out;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(slice, bytes.size()))) {
    for (const Action& action : stream.feed(bytes.substr(0, slice))) out += line(action) + "\n";
  }
  return out;
}

// Fed whole, in halves of a tag, and byte by byte it must come out the same.
void expect(const std::string& in, const std::string& out, StreamLimits limits = {}) {
  for (const std::size_t slice : {in.size(), std::size_t{7}, std::size_t{1}}) {
    Stream stream("gw", "test", limits);
    EXPECT_EQ(feed(stream, in, slice), out) << "in slices of " << slice;
  }
}

// The vector of XEP-0114's example: SHA1 of "3BF96D32" "test".
const std::string handshake = "write <handshake>aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e</handshake>\n";
const std::string opened = header + "<handshake/>";
const std::string ready = handshake + "ready\n";

std::string ours(const std::string& condition, const std::string& text = {}) {
  const std::string ns = "urn:ietf:params:xml:ns:xmpp-streams";
  std::string error = "<" + condition + " xmlns='" + ns + "'/>";
  if (!text.empty()) error += "<text xmlns='" + ns + "'>" + text + "</text>";
  return "write <stream:error>" + error + "</stream:error></stream:stream>\nours " + condition + "|" + text + "|\n";
}

}  // namespace

TEST(Stream, OpensWithoutVersion) {
  EXPECT_EQ(Stream("gw.example", "s").open(),
            "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' "
            "to='gw.example'>");
}

TEST(Stream, Sha1Vectors) {
  EXPECT_EQ(base::sha1_hex("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(base::sha1_hex(""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
}

TEST(Stream, Handshake) {
  expect(header, handshake);
  expect(opened, ready);
  expect(header + "<handshake></handshake>", ready);
  // The id counts without its XML escapes.
  expect("<stream:stream xmlns:stream='http://etherx.jabber.org/streams' id='a&amp;b'>",
         "write <handshake>" + base::sha1_hex("a&btest") + "</handshake>\n");
}

TEST(Stream, DeliversElementsAtDepthOne) {
  expect(opened + " <message from='a' to='b'><body>x &lt; \u00e9</body><a><b><c/></b></a></message>\n<presence/>",
         ready +
             "element <message from='a' to='b'><body>x &lt; \u00e9</body><a><b><c/></b></a></message>\n"
             "element <presence/>\n");
  expect(opened + "<iq xmlns='jabber:client'/></stream:stream>",
         ready + "element <iq xmlns='jabber:client'/>\nended\n");
}

TEST(Stream, NothingButAHandshakeCountsBeforeReady) {
  expect(header + "<message/><handshake/><presence/>", handshake + "ready\nelement <presence/>\n");
}

TEST(Stream, ReportsTheirErrors) {
  const std::string ns = " xmlns='urn:ietf:params:xml:ns:xmpp-streams'";
  expect(opened + "<stream:error><conflict" + ns + "/><text" + ns + ">gone</text></stream:error></stream:stream>",
         ready + "theirs conflict|gone|\n");
  expect(opened + "<stream:error><see-other-host" + ns + ">other:5347</see-other-host></stream:error>",
         ready + "theirs see-other-host||other:5347\n");
  expect(opened + "<stream:error/>", ready + "theirs undefined-condition||\n");
  // Prosody's header before an error has an empty id.
  expect("<stream:stream xmlns:stream='http://etherx.jabber.org/streams' id=''><stream:error><host-unknown" + ns +
             "/></stream:error></stream:stream>",
         "theirs host-unknown||\n");
}

TEST(Stream, RefusesBrokenStreams) {
  expect(opened + "<!-- c -->", ready + ours("restricted-xml"));
  expect(opened + "<?pi x?>", ready + ours("restricted-xml"));
  expect(opened + "<a>&nbsp;</a>", ready + ours("restricted-xml"));
  expect(opened + "<a></b>", ready + ours("not-well-formed"));
  expect(opened + "<a>\x01", ready + ours("not-well-formed"));
  expect("<!DOCTYPE x [", ours("restricted-xml"));
  expect("<?xml version='1.0' encoding='latin1'?><a/>", ours("unsupported-encoding"));
  expect("<stream xmlns='urn:x'>", ours("invalid-namespace", "not a stream header"));
}

TEST(Stream, SkipsStanzasOverTheLimits) {
  const StreamLimits limits{.stanza_bytes = 200, .depth = 3, .skippable_depth = 10};
  const std::string big = "<message from='a' to='b' id='1'><body>" + std::string(300, 'x') + "</body></message>";
  const std::string stub = "oversized <message from='a' to='b' id='1'/>\n";
  expect(opened + big + "<presence/>", ready + stub + "element <presence/>\n", limits);
  const std::string many =
      "<message from='a' to='b' id='1'>" + std::string(50, ' ') + "<a/><b/>" + std::string(200, '.') + "</message>";
  expect(opened + many + "<presence/>", ready + stub + "element <presence/>\n", limits);
  expect(opened + "<m><a><b/></a></m>", ready + "element <m><a><b/></a></m>\n", limits);
  expect(opened + "<m><a><b><c/></b></a></m><presence/>", ready + "oversized <m/>\nelement <presence/>\n", limits);
  std::string deep;
  for (int i = 0; i < 11; ++i) deep += "<a>";
  expect(opened + deep, ready + ours("policy-violation", "elements are nested too deeply"), limits);
}

// Written once, in force for every child: 100 KiB of namespace and 5,000 children would be half a gigabyte.
TEST(Stream, SkipsStanzasWithEndlessNamespaces) {
  std::string children;
  for (int i = 0; i < 5000; ++i) children += "<p:x/>";
  const std::string inside = "<x xmlns:p='" + std::string(100 * 1024, 'n') + "'>" + children + "</x>";
  Stream stream("gw", "test");
  feed(stream, opened, opened.size());
  const std::string stanzas = "<message id='1'>" + inside + "</message><presence/>";
  EXPECT_EQ(feed(stream, stanzas, stanzas.size()), "oversized <message id='1'/>\nelement <presence/>\n");
}

// A client may send a server so much, and it passes it on.
TEST(Stream, SkipsStanzasThatAreDeep) {
  Stream stream("gw", "test");
  feed(stream, opened, opened.size());
  std::string deep = "<message id='1'>";
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  for (int i = 0; i < 100'000; ++i) deep += "</a>";
  EXPECT_EQ(feed(stream, deep + "</message><presence/>", 64 * 1024),
            "oversized <message id='1'/>\nelement <presence/>\n");
}

TEST(Stream, SkipsStanzasWithALongTag) {
  Stream stream("gw", "test");
  feed(stream, opened, opened.size());
  std::string quotes;
  for (int i = 0; i < 500'000; ++i) quotes += "&apos;";
  EXPECT_EQ(feed(stream, "<message id='1'><a b='" + quotes + "'/></message><presence/>", 64 * 1024),
            "oversized <message id='1'/>\nelement <presence/>\n");
}

// Each costs a hundred times its four bytes.
TEST(Stream, SkipsStanzasWithEndlessChildren) {
  const auto with = [](int children) {
    std::string stanza = "<message id='1'>";
    for (int i = 0; i < children; ++i) stanza += "<a/>";
    return stanza + "</message>";
  };
  Stream stream("gw", "test");
  feed(stream, opened, opened.size());
  const std::string stanzas = with(5000) + "<presence/>";
  EXPECT_EQ(feed(stream, stanzas, stanzas.size()), "oversized <message id='1'/>\nelement <presence/>\n");
  EXPECT_EQ(feed(stream, with(4000), 1 << 20).find("oversized"), std::string::npos);
}

// It would be a stanza without an end, and everything after it inside.
TEST(Stream, EndsAtASecondHeader) {
  expect(opened + "<presence/>" + "<stream:stream id='2'><presence/>",
         ready + "element <presence/>\n" + ours("unsupported-stanza-type", "a second header"));
}

TEST(Stream, EndsWhereSkippingWouldGrow) {
  Stream stream("gw", "test");
  stream.feed(opened);
  const std::string chunk(64 * 1024, 'x');
  std::string out = feed(stream, "<message a='", 100);
  std::size_t fed = 0;
  while (out.empty() && fed < 8 * 1024 * 1024) {
    out = feed(stream, chunk, chunk.size());
    fed += chunk.size();
  }
  EXPECT_EQ(out, ours("policy-violation", "a tag is too long"));
  EXPECT_LT(fed, 5u * 1024 * 1024);
  EXPECT_EQ(feed(stream, "<presence/>", 100), "");
}
