#include "config/config.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace {

namespace fs = std::filesystem;
using config::parse;

const std::string component = "[[component]]\ntype = 'irc'\ndomain = 'irc.x'\nsecret = 's'\nany_irc_server = true\n";
const std::string sms = "[http]\n[[component]]\ntype = 'sms'\ndomain = 'sms.x'\nsecret = 's'\n[[component.network]]\n";
const std::string kannel =
    "send_url = 'http://localhost:1/'\nusername = 'u'\npassword = 'p'\nwebhook_secret = '0123456789abcdef'\n";

const std::string login = "username='u'\npassword='p'\nwebhook_secret='0123456789abcdef'\n";
const std::string other_sms = "[[component]]\ntype = 'sms'\ndomain = 'other.x'\nsecret = 's'\n[[component.network]]\n";

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string all(const config::Problems& problems) {
  std::string out;
  for (const auto& problem : problems) out += problem.str() + "\n";
  return out;
}

TEST(Config, TheExampleIsValid) {
  const auto parsed = config::load(WHERRY_SOURCE "/config/wherry.toml");
  ASSERT_TRUE(parsed) << all(parsed.error());
  ASSERT_EQ(parsed->components.size(), 2u);
  EXPECT_EQ(parsed->components[0].irc.at(0).endpoint.host, "irc.libera.chat");
  EXPECT_EQ(parsed->components[0].irc.at(0).endpoint.port, 6697);
  EXPECT_EQ(parsed->components[1].access, config::Access::registered);
  EXPECT_EQ(parsed->http.public_url, "http://127.0.0.1:8643");
  EXPECT_FALSE(parsed->http.is_public);
  EXPECT_EQ(parsed->http.media_directory, "/var/lib/wherry/wherry.db-media");
  EXPECT_EQ(parsed->http.longest_media, std::size_t{20} << 20);
  EXPECT_EQ(parsed->http.media_age, std::chrono::days(30));
}

// Every documented default is a key that parses, and has the value that the file claims.
TEST(Config, TheExamplesDefaultsAreTheDefaults) {
  std::string text = read(WHERRY_SOURCE "/config/wherry.toml");
  for (std::size_t at = 0; (at = text.find("\n# ", at)) != std::string::npos; ++at) {
    const std::string line = text.substr(at + 3, text.find('\n', at + 1) - at - 3);
    const auto equals = line.find(" = ");
    const bool is_key = equals != std::string::npos && line.find(' ') == equals;
    const bool needs_more = line.starts_with("ca_file") || line.starts_with("allow ") || line.starts_with("key_") ||
                            line.starts_with("fingerprint") || line.starts_with("secret") ||
                            line.starts_with("address") || line.starts_with("webirc_password") ||
                            line.starts_with("rest_days") || line.starts_with("listen = \"0.0.0.0");
    if (is_key && !needs_more) text.erase(at + 1, 2);
  }
  EXPECT_NE(text.find("\nconcurrency = 4"), std::string::npos);
  const auto spelt_out = parse(text, "wherry.toml");
  ASSERT_TRUE(spelt_out) << all(spelt_out.error());
  const auto silent = config::load(WHERRY_SOURCE "/config/wherry.toml");
  EXPECT_EQ(spelt_out->database, "/var/lib/wherry/wherry.db");
  EXPECT_EQ(spelt_out->log_level, silent->log_level);
  EXPECT_EQ(spelt_out->http.public_url, silent->http.public_url);
  const auto& a = spelt_out->components[0];
  const auto& b = silent->components[0];
  EXPECT_EQ(std::tie(a.server.host, a.server.port, a.server.tls, a.access, a.any_irc_server),
            std::tie(b.server.host, b.server.port, b.server.tls, b.access, b.any_irc_server));
  EXPECT_EQ(std::tie(a.archive, a.archive_age, a.archive_messages),
            std::tie(b.archive, b.archive_age, b.archive_messages));
  const auto& c = a.irc[0];
  const auto& d = b.irc[0];
  EXPECT_EQ(
      std::tie(c.endpoint.host, c.endpoint.port, c.endpoint.tls, c.encoding, c.silence, c.poll, c.burst, c.interval),
      std::tie(d.endpoint.host, d.endpoint.port, d.endpoint.tls, d.encoding, d.silence, d.poll, d.burst, d.interval));
  EXPECT_EQ(std::tie(c.connects_at_once, c.user_ports, c.address, c.quit_message, c.webirc_prefix),
            std::tie(d.connects_at_once, d.user_ports, d.address, d.quit_message, d.webirc_prefix));
  const auto& e = spelt_out->components[1].sms[0];
  const auto& f = silent->components[1].sms[0];
  EXPECT_EQ(std::tie(e.name, e.country_code, e.international_prefix, e.trunk_prefix, e.emergency, e.give_up,
                     e.uncertain_after, e.concurrency, e.rate, e.numbers.rest),
            std::tie(f.name, f.country_code, f.international_prefix, f.trunk_prefix, f.emergency, f.give_up,
                     f.uncertain_after, f.concurrency, f.rate, f.numbers.rest));
  EXPECT_EQ(e.rules, f.rules);
}

TEST(Config, ValuesArrive) {
  const auto parsed = parse(
      "[database]\npath = '/d/w.db'\n[log]\nlevel = 'debug'\n[identd]\nlisten = '0.0.0.0:113'\n[http]\nlisten = "
      "'[::1]:80'\npublic_url = 'https://a/b/'\nmedia_megabytes = 3\nmedia_days = 4\nmedia_directory = 'm'\n"
      "[[component]]\ntype = 'irc'\ndomain = 'IRC.x'\nhost = '::1'\nport = 1\nsecret = 's'\naccess = 'allowlist'\n"
      "allow = ['x', 'a@x']\nadmins = ['b@x']\n"
      "[[component.network]]\nname = 'net'\nhost = 'h'\ntls = false\nencoding = 'iso-8859-15'\nsilence_seconds = 7\n"
      "poll_seconds = 8\nburst = 0\ninterval_ms = 9\nconnects_at_once = 3\nuser_ports = true\naddress = "
      "'::1'\nquit_message = 'bye'\n"
      "plain_ok = true\nwebirc_password = 'w'\nwebirc_prefix = '2001:db8::/64'\n"
      "[[component.network]]\nname = 'two'\nport = 7000\nfingerprint = '"
      "AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:AA:0b'\n",
      "w.toml");
  ASSERT_TRUE(parsed) << all(parsed.error());
  EXPECT_EQ(parsed->database_key_file, "/d/w.db.key");
  EXPECT_EQ(parsed->log_level, base::Level::debug);
  EXPECT_EQ(parsed->http.listen_host, "::1");
  EXPECT_EQ(parsed->http.listen_port, 80);
  EXPECT_EQ(parsed->http.public_url, "https://a/b");
  EXPECT_TRUE(parsed->http.is_public);
  EXPECT_EQ(parsed->http.media_directory, "m");
  EXPECT_EQ(parsed->http.longest_media, std::size_t{3} << 20);
  EXPECT_EQ(parsed->http.media_age, std::chrono::days(4));
  const config::Component& c = parsed->components.at(0);
  EXPECT_EQ(c.domain, "irc.x");
  EXPECT_EQ(c.server.host, "::1");
  EXPECT_EQ(c.server.port, 1);
  EXPECT_EQ(c.allow, (std::vector<std::string>{"x", "a@x"}));
  EXPECT_EQ(c.irc.at(0).endpoint.port, 6667);
  EXPECT_EQ(c.irc[0].endpoint.tls, base::Tls::off);
  EXPECT_EQ(c.irc[0].silence, std::chrono::seconds{7});
  EXPECT_EQ(c.irc[0].poll, std::chrono::seconds{8});
  EXPECT_EQ(c.irc[0].interval, std::chrono::milliseconds{9});
  EXPECT_EQ(c.irc[0].connects_at_once, 3u);
  EXPECT_TRUE(c.irc[0].user_ports);
  EXPECT_EQ(c.irc[0].address, "::1");
  EXPECT_EQ(c.irc[0].quit_message, "bye");
  EXPECT_EQ(c.irc[0].webirc_password.value, "w");
  EXPECT_EQ(c.irc[0].webirc_prefix, "2001:db8::/64");
  EXPECT_EQ(parsed->identd.listen_host, "0.0.0.0");
  EXPECT_EQ(parsed->identd.listen_port, 113);
  EXPECT_EQ(c.irc.at(1).endpoint.port, 7000);
  EXPECT_TRUE(c.irc[1].endpoint.fingerprint.ends_with("aa0b"));
}

struct Mistake {
  std::string text;
  const char* said;
};
const Mistake mistakes[] = {
    {"", "w.toml:1:1: there is no component; write at least one [[component]]"},
    {"a = = 1\n", "w.toml:1:"},
    {component + "prot = 1\n", "w.toml:6:1: unknown key \"prot\" in [[component]]; write \"port\""},
    {component + "[loog]\n", "unknown key \"loog\" in the file; write \"log\""},
    {component + "port = '5347'\n", "w.toml:6:8: port is a text; write a number from 1 to 65535"},
    {component + "port = 65536\n", "w.toml:6:8: port = 65536 is out of range; write a number from 1 to 65535"},
    {component + "port = 0\n", "out of range"},
    {component + "tls = 'yes'\n", "tls is a text; write true or false"},
    {component + "host = 'xmpp.example'\n",
     "w.toml:6:8: the XMPP server at \"xmpp.example\" would be reached without TLS"},
    {component + "host = ''\n", "host is empty"},
    {component + "access = 'alowlist'\n", "access can't be \"alowlist\"; write \"allowlist\""},
    {component + "access = 'allowlist'\n", "lets nobody in"},
    {component + "allow = ['x']\n", "allow has no effect"},
    {component + "allow = 'x'\n", "allow is a text; write a list"},
    {component + "admins = ['x']\n", "admins has \"x\", which is not an address"},
    {component + "secret_file = '/nonexistent'\n", "can't be read"},
    {component + "secret_credential = 'c'\n", "there is no systemd credential \"c\""},
    {component + "ca_file = '/nonexistent'\n", "ca_file names \"/nonexistent\", which can't be read"},
    {component + "ca_file = '" WHERRY_SOURCE "/LICENSE'\n", "/LICENSE\" holds no certificate"},
    {component + "[[component.network]]\nname='libera'\n[[component.network]]\nname='Libera'\n",
     "two networks are named \"Libera\""},
    {component + "host = localhost\n",
     "w.toml:6:8: \"localhost\" is no value: a text stands in quotes; write \"localhost\""},
    {component + "title = irc of mine # the title\n", "write \"irc of mine\""},
    {component + "title = “IRC”\n", "a text stands in quotes; write \"IRC\""},
    {component + "archive = yes\n", "\"yes\" is no value; write true"},
    {component + "archive = False\n", "\"False\" is no value; write false"},
    {component + "title = \"IRC\n", "write \"IRC\""},
    {component + "title = '" + std::string(101, 'x') + "'\n", "title can't be shown"},
    {component + "single_network = true\n", "w.toml:6:18: single_network is for a component with one network"},
    {component + component, "w.toml:8:10: two components have the domain \"irc.x\""},
    {component + "[[component.network]]\n", "name is missing in [[component.network]]"},
    {component + "network = 1\n", "network is a number, not a list of sections; write [[component.network]]"},
    {component + "[[component.network]]\nname='a'\n[[component.network]]\nname='a'\n", "two networks are named \"a\""},
    {component + "[[component.network]]\nname='a%b'\n", "name can't be \"a%b\""},
    {component + "[[component.network]]\nname='a'\nencoding='latin-99'\n", "encoding \"latin-99\" is not known"},
    {component + "[[component.network]]\nname='a'\nencoding='utf-16'\n", "encoding \"utf-16\" is not known"},
    {component + "[[component.network]]\nname='a'\naddress='here'\n", "address can't be \"here\""},
    {component + "[[component.network]]\nname='a'\nquit_message=\"\"\"a\nb\"\"\"\n",
     "quit_message can't be sent over IRC"},
    {component + "[[component.network]]\nname='a'\nwebirc_password='a b'\n", "webirc_password can't be sent over IRC"},
    {component + "[[component.network]]\nname='a'\ntls=false\nwebirc_password='x'\n",
     "would go to the server without TLS"},
    {component + "[[component.network]]\nname='a'\nwebirc_prefix='fd00::/80'\n",
     "webirc_prefix can't be \"fd00::/80\""},
    {component + "[[component.network]]\nname='a'\nconnects_at_once=-1\n", "connects_at_once"},
    {component + "[identd]\nlisten='irc.example.org:113'\n", "listen can't be \"irc.example.org:113\""},
    {component + "[[component.network]]\nname='a'\nfingerprint='aa'\n", "not a SHA-256 fingerprint"},
    {"[component]\ntype='irc'\n", "component is a section, not a list of sections; write [[component]]"},
    {"[[component]]\ntype='irc'\ndomain='a'\nsecret='s'\nany_irc_server=true\narchive=false\narchive_days=3\n",
     "archive_days has no effect without the archive"},
    {"[[component]]\ntype='irc'\ndomain='a'\nsecret='s'\nany_irc_server=true\narchive_days=-1\n", "archive_days"},
    {"[[component]]\ntype='irc'\ndomain='a'\nsecret='s'\nprivate_irc_servers=true\n", "is about any_irc_server"},
    {"[[component]]\ntype='irc'\ndomain='a'\nsecret='s'\nany_irc_server=true\narchive='no'\n", "archive"},
    {"[[component]]\ntype='sms'\ndomain='a'\nsecret='s'\narchive=false\narchive_messages=3\n",
     "archive_messages has no effect without the archive"},
    {"[[component]]\ntype='irc'\ndomain='a'\nany_irc_server=true\n", "secret is missing in [[component]]"},
    {"[[component]]\ntype='irc'\ndomain='a'\nsecret=''\nany_irc_server=true\n", "secret is empty"},
    {"[[component]]\ntype='irc'\ndomain='a@b'\nsecret='s'\nany_irc_server=true\n", "domain can't be \"a@b\""},
    {"[[component]]\ntype='irc'\nsecret='s'\nany_irc_server=true\n", "domain is missing"},
    {"[[component]]\ntype='irc'\ndomain='a'\nsecret='s'\n", "this component has no network"},
    {"[[component]]\ntype='mms'\ndomain='a'\nsecret='s'\n", "type can't be \"mms\"; write \"sms\""},
    {"[[component]]\ndomain='a'\nsecret='s'\n", "type is missing"},
    {sms.substr(7) + kannel, "an SMS component needs [http]"},
    {sms, "send_url is missing"},
    {sms + kannel + "[[component.network]]\n" + kannel, "an SMS component has 2 networks"},
    {sms + kannel + other_sms + kannel, "w.toml:15:1: two SMS components have a network named \"sms\"; write a name"},
    {sms + kannel + other_sms + "name = 'sms'\n" + kannel, "w.toml:16:8: two SMS components"},
    {sms + kannel + "country_code = '+1'\n", "country_code is not a number"},
    {sms + kannel + "emergency = ['9a']\n", "emergency is not a number"},
    {sms + kannel + "concurrency = 0\n", "concurrency = 0 is out of range"},
    {sms + kannel + "burst = 1\n", "unknown key \"burst\""},
    {sms + "send_url='http://a/'\nusername='u'\npassword='p'\nwebhook_secret='0123456789abcdef'\n", "without TLS"},
    {sms + "send_url='http://127.0.0.1@elsewhere/'\n" + login, "without TLS"},
    {sms + "send_url='http://127.0.0.1:1@elsewhere/'\n" + login, "without TLS"},
    {sms + "send_url='http://127.example.org/'\n" + login, "without TLS"},
    {sms + "send_url='a'\nusername='u'\npassword='p'\nwebhook_secret='0123456789abcdef'\n", "not an http or https URL"},
    {sms + "send_url='http://[::1]/'\nusername='u'\npassword='p'\nwebhook_secret='short'\n", "nobody guesses"},
    {component + "[http]\nmedia_megabytes = 0\n", "media_megabytes"},
    {component + "[http]\nlisten = '8643'\n", "listen can't be \"8643\""},
    {component + "[http]\nlisten = '::1:99999'\n", "listen can't be"},
    {component + "[http]\nlisten = 'localhost:8643'\n",
     "w.toml:7:10: listen can't be \"localhost:8643\"; write an addr"},
    {component + "[http]\nlisten = '[127.0.0.1]:8643'\n", "listen can't be"},
    {component + "[http]\nlisten = '256.0.0.1:8643'\n", "listen can't be"},
    {component + "host = '127.example.org'\n", "without TLS"},
    {component + "host = '127.0.0.1.example.org'\n", "without TLS"},
    {component + "[http]\npublic_url = 'a'\n", "public_url is not an http or https URL"},
    {component + "[log]\nlevel = 'inof'\n", "level can't be \"inof\"; write \"info\""},
    {component + "[database]\nkey_file = '/etc/hostname'\n", "does not hold a key"},
    {"log = 1\n" + component, "log is a number; write [log]"},
};

TEST(Config, EveryMistakeIsNamedWithItsPlaceAndItsCure) {
  for (const Mistake& c : mistakes) {
    const auto parsed = parse(c.text, "w.toml");
    ASSERT_FALSE(parsed) << c.text;
    EXPECT_NE(all(parsed.error()).find(c.said), std::string::npos) << c.text << "\n--- said:\n" << all(parsed.error());
  }
}

TEST(Config, AllMistakesComeInOneGoInTheirOrder) {
  const auto parsed = parse("[[component]]\ntype='irc'\ndomian='a'\nport='x'\n[log]\nlevel=1\n", "w.toml");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().size(), 6u) << all(parsed.error());
  for (std::size_t i = 1; i < parsed.error().size(); ++i) {
    EXPECT_LE(parsed.error()[i - 1].line, parsed.error()[i].line);
  }
}

TEST(Config, WhatIsAllowedIsNotRefused) {
  for (const std::string& text : {
           component,
           component + "host = 'xmpp.example'\nplain_ok = true\n",
           component + "host = 'xmpp.example'\ntls = true\n",
           component + "host = '127.0.0.2'\n",
           component + "host = '::1'\n",
           component + "[http]\nlisten = '0.0.0.0:80'\n",
           sms + "send_url = 'http://user@127.1.2.3:1/?a=@b'\n" + login,
           sms + kannel,
           sms + kannel + other_sms + "name = 'second'\n" + kannel,
           sms + "send_url='https://a/'\nusername='u'\npassword='p'\nwebhook_secret='0123456789abcdef'\n",
       }) {
    const auto parsed = parse(text, "w.toml");
    EXPECT_TRUE(parsed) << text << all(parsed.error());
  }
}

TEST(Config, AddressesFollowTheGivenRule) {
  const config::AddressRule no_dots = [](std::string_view text) { return text.find('.') == std::string_view::npos; };
  EXPECT_TRUE(
      parse("[[component]]\ntype='irc'\ndomain='a'\nsecret='s'\nany_irc_server=true\nadmins=['a@b']\n", "", no_dots));
  const auto parsed =
      parse(component + "access = 'allowlist'\nallow = ['x', 'a.b']\nadmins = ['c@d.e']\n", "w.toml", no_dots);
  ASSERT_FALSE(parsed);
  for (const char* said : {"w.toml:3:10: domain can't be \"irc.x\"", "w.toml:7:9: allow has \"a.b\", which is not an",
                           "w.toml:8:10: admins has \"c@d.e\", which"}) {
    EXPECT_NE(all(parsed.error()).find(said), std::string::npos) << all(parsed.error());
  }
}

TEST(Config, PasswordsForIrcLeaveThisMachineOnlyProtected) {
  const std::pair<std::string, bool> rows[] = {{"", true},
                                               {"tls = false", false},
                                               {"tls = false\nplain_ok = true", true},
                                               {"tls = false\nhost = '127.0.0.1'", true},
                                               {"tls = false\nhost = 'localhost'", true},
                                               {"tls = false\nhost = '10.0.0.1'", false}};
  for (const auto& [lines, is_ok] : rows) {
    const auto parsed = parse(component + "[[component.network]]\nname = 'a.b'\n" + lines + "\n", "w.toml");
    ASSERT_TRUE(parsed) << all(parsed.error());
    EXPECT_EQ(parsed->components[0].irc.at(0).password_ok, is_ok) << lines;
  }
}

TEST(Config, AMissingFileIsAProblem) {
  const auto loaded = config::load("/nonexistent/w.toml");
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().at(0).str(),
            "/nonexistent/w.toml: the file can't be read; write the path of a configuration file");
  EXPECT_FALSE(config::load("/"));
}

class ConfigFiles : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "wherry-config-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override {
    unsetenv("CREDENTIALS_DIRECTORY");
    fs::remove_all(folder_);
  }
  void write(const std::string& name, const std::string& text) { std::ofstream(folder_ / name) << text; }
  base::Result<config::Config, config::Problems> parse_here(const std::string& text) {
    return parse(text, folder_ / "w.toml");
  }
  fs::path folder_;
};

const std::string bare = "[[component]]\ntype = 'irc'\ndomain = 'irc.x'\nany_irc_server = true\n";

TEST_F(ConfigFiles, SecretsComeFromFilesAndCredentials) {
  write("a", "from file\n");
  setenv("CREDENTIALS_DIRECTORY", folder_.c_str(), 1);
  for (const char* way : {"secret_file = 'a'", "secret_credential = 'a'"}) {
    const auto parsed = parse_here(bare + way);
    ASSERT_TRUE(parsed) << all(parsed.error());
    EXPECT_EQ(parsed->components.at(0).secret.value, "from file");
  }
  write("lines", "first\r\nsecond\n");
  write("nothing", "\nsecond\n");
  EXPECT_EQ(parse_here(bare + "secret_file = 'lines'")->components.at(0).secret.value, "first");
  EXPECT_NE(all(parse_here(bare + "secret_file = 'nothing'").error()).find("secret is empty"), std::string::npos);
  const auto twice = parse_here(bare + "secret = 's'\nsecret_file = 'a'");
  ASSERT_FALSE(twice);
  EXPECT_NE(all(twice.error()).find("given in several ways"), std::string::npos);
  EXPECT_FALSE(parse_here(bare + "secret_credential = '../a'"));
}

TEST_F(ConfigFiles, TheKeyIsBytesOrHexAndMayBeMissing) {
  const std::string start = component + "[database]\npath = 'w.db'\n";
  auto parsed = parse_here(start);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->database_key.value, "");
  EXPECT_EQ(parsed->database_key_file, (folder_ / "w.db.key").string());
  const std::string raw = std::string(31, 'k') + "\n";
  write("w.db.key", raw);
  EXPECT_EQ(parse_here(start)->database_key.value, raw);
  write("w.db.key", std::string(64, 'a') + "\n");
  EXPECT_EQ(parse_here(start)->database_key.value, std::string(32, '\xAA'));
  write("w.db.key", "too short\n");
  EXPECT_FALSE(parse_here(start));
  setenv("CREDENTIALS_DIRECTORY", folder_.c_str(), 1);
  write("key", raw);
  parsed = parse_here(start + "key_credential = 'key'\n");
  ASSERT_TRUE(parsed) << all(parsed.error());
  EXPECT_EQ(parsed->database_key.value, raw);
  EXPECT_EQ(parsed->database_key_file, "");
}

}  // namespace
