// What users may set, and what becomes of it.
#include "legacy/irc/settings.hpp"

#include <gtest/gtest.h>

#include "base/certificate.hpp"
#include "legacy/irc/encoding.hpp"

namespace irc {
namespace {

using legacy::Account;
using Fields = std::map<std::string, std::string>;

config::IrcNetwork network(bool user_ports = true) {
  config::IrcNetwork network;
  network.name = "net";
  network.endpoint = {"irc.test", 6697, base::Tls::verified, "ca", ""};
  network.user_ports = user_ports;
  return network;
}

std::string problem(const Fields& fields, bool user_ports = true) {
  return find_problem(Account{"user", fields}, network(user_ports));
}

std::string lines(int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += "MODE me +x\n";
  return out;
}

const std::string fingerprint(64, 'A');

TEST(IrcSettings, Good) {
  const Fields rows[] = {{},
                         {{"nick", "me"}, {"nicks", "moi  ich"}, {"username", "acc"}, {"realname", "Me, myself"}},
                         {{"pass", "let me in"}, {"password", "a b"}},
                         {{"ident", "my-name_9"}},
                         {{"fingerprint", fingerprint}},
                         {{"ports", "6667"}, {"tls_ports", "6697;6670"}, {"verify_cert", "false"}},
                         {{"tls_ports", "443, 994\n7000"}},
                         {{"verify_cert", "true"}},
                         {{"throttle_limit", "-1"}},
                         {{"throttle_limit", "20"}},
                         {{"throttle_limit", "9999"}},
                         {{"throttle_limit", "99999999999"}},
                         {{"password", std::string(1000, 'x')}},
                         {{"encoding_in", "koi8-r"}, {"encoding_out:#a", "Shift_JIS"}},
                         {{"certificate", base::make_certificate("me")}},
                         {{"after_connect", "PRIVMSG NickServ :IDENTIFY x\n\n  \nMODE me +x\r\n"}},
                         {{"after_connect", lines(50)}}};
  for (const auto& row : rows) EXPECT_EQ(problem(row), "") << (row.empty() ? "" : row.begin()->first);
}

TEST(IrcSettings, Bad) {
  const Fields rows[] = {{{"nick", "a b"}},
                         {{"nicks", "moi #ich"}},
                         {{"nicks", "a a a a a a a a a a a a a a a a a a a a a"}},
                         {{"username", ":x"}},
                         {{"realname", "a\nb"}},
                         {{"pass", "a\rb"}},
                         {{"pass", std::string(501, 'x')}},
                         {{"password", std::string(1001, 'x')}},
                         {{"ident", "too-long-name"}},
                         {{"ident", "a@b"}},
                         {{"fingerprint", fingerprint.substr(1)}},
                         {{"fingerprint", fingerprint.substr(1) + "g"}},
                         {{"ports", "22"}},
                         {{"ports", "0"}},
                         {{"tls_ports", "65536"}},
                         {{"tls_ports", "6697;x"}},
                         {{"tls_ports", "6001;6002;6003;6004;6005;6006"}},
                         {{"verify_cert", "no"}},
                         {{"throttle_limit", "0"}},
                         {{"throttle_limit", "-2"}},
                         {{"throttle_limit", "ten"}},
                         {{"encoding_in", "utf-16"}},
                         {{"encoding_out", "klingon"}},
                         {{"encoding_in:#a", "gb18030"}},
                         {{"certificate", "x"}},
                         {{"after_connect", "PASS x"}},
                         {{"after_connect", "MODE me +x\nQUIT"}},
                         {{"after_connect", ":me PRIVMSG you :x"}},
                         {{"after_connect", "PRIVMSG x :" + std::string(600, 'x')}},
                         {{"after_connect", lines(51)}}};
  for (const auto& row : rows) EXPECT_NE(problem(row), "") << row.begin()->first << "=" << row.begin()->second;
}

TEST(IrcSettings, PortsAreTheOperatorsUnlessHeAllowsThem) {
  for (const Fields& row :
       {Fields{{"ports", "6667"}}, Fields{{"tls_ports", "7000"}}, Fields{{"verify_cert", "false"}}}) {
    EXPECT_NE(problem(row, false).find("the gateway's operator"), std::string::npos);
    EXPECT_EQ(endpoints_of({"user", row}, network(false)), endpoints_of({"user", {}}, network(false)));
  }
}

std::string show(const std::vector<base::Endpoint>& endpoints) {
  std::string out;
  for (const auto& each : endpoints) {
    const char* const tls = each.tls == base::Tls::off ? "plain" : each.tls == base::Tls::verified ? "tls" : "any";
    out += std::string(out.empty() ? "" : " ") + each.host + ":" + std::to_string(each.port) + "/" + tls;
    if (!each.fingerprint.empty()) out += "/" + each.fingerprint.substr(0, 2);
  }
  return out;
}

TEST(IrcSettings, Endpoints) {
  const std::pair<Fields, const char*> rows[] = {
      {{}, "irc.test:6697/tls"},
      {{{"tls_ports", "7000;7001"}}, "irc.test:7000/tls irc.test:7001/tls"},
      {{{"ports", "6667"}}, "irc.test:6667/plain"},
      // TLS never falls back.
      {{{"ports", "6667"}, {"tls_ports", "7000"}}, "irc.test:7000/tls"},
      {{{"verify_cert", "false"}}, "irc.test:6697/any"},
      {{{"verify_cert", "false"}, {"ports", "6667"}}, "irc.test:6667/plain"},
      {{{"fingerprint", fingerprint}}, "irc.test:6697/tls/aa"},
      {{{"fingerprint", "nonsense"}, {"tls_ports", "x"}}, "irc.test:6697/tls"},
  };
  for (const auto& [fields, wanted] : rows) EXPECT_EQ(show(endpoints_of({"user", fields}, network())), wanted);
}

TEST(IrcSettings, AddressAndCertificateGoEverywhere) {
  config::IrcNetwork net = network();
  net.address = "192.0.2.1";
  for (const auto& each : endpoints_of({"user", {{"certificate", "pem"}, {"tls_ports", "7000;7001"}}}, net)) {
    EXPECT_EQ(each.local_address, "192.0.2.1");
    EXPECT_EQ(each.certificate, "pem");
    EXPECT_EQ(each.ca_file, "ca");
  }
}

// biboumi tells the same address for everybody.
TEST(IrcSettings, WebircTellsUsersApart) {
  config::IrcNetwork net = network();
  net.webirc_password.value = "secret";
  net.webirc_prefix = "2001:db8:1:2::/64";
  const std::string romeo = webirc_line("romeo@x", net), juliet = webirc_line("juliet@x", net);
  EXPECT_TRUE(romeo.starts_with("WEBIRC secret wherry ")) << romeo;
  EXPECT_NE(romeo.find(".wherry 2001:db8:1:2:"), std::string::npos) << romeo;
  EXPECT_EQ(romeo, webirc_line("romeo@x", net));
  const auto address = [](const std::string& line) { return line.substr(line.rfind(' ')); };
  const auto host = [](const std::string& line) { return line.substr(0, line.rfind(' ')); };
  EXPECT_NE(address(romeo), address(juliet));
  EXPECT_NE(host(romeo), host(juliet));
  net.webirc_prefix = "::/16";
  EXPECT_EQ(webirc_line("romeo@x", net).find(" :"), std::string::npos);
}

TEST(IrcEncodings, ReadAndWrite) {
  const Account account{
      "user", {{"encoding_in", "koi8-r"}, {"encoding_in:#Ja[", "shift_jis"}, {"encoding_out:#ja[", "shift_jis"}}};
  const Encodings encodings(account, "windows-1252");
  EXPECT_EQ(encodings.read("@a=\xC3\xA9 :n!u@h PRIVMSG #ru :\xD0\xD2\xC9"), "@a=\xC3\xA9 :n!u@h PRIVMSG #ru :при");
  EXPECT_EQ(encodings.read(":n!u@h PRIVMSG #JA{ :\x93\xFA"), ":n!u@h PRIVMSG #JA{ :日");
  EXPECT_EQ(encodings.write("PRIVMSG #ja[ :日"), "PRIVMSG #ja[ :\x93\xFA");
  EXPECT_EQ(encodings.write("PRIVMSG #ru :日"), "PRIVMSG #ru :日");
  EXPECT_EQ(encodings.write("PRIVMSG #ru :#ja[ 日"), "PRIVMSG #ru :#ja[ 日");
}

TEST(IrcEncodings, TheUsualOneIsLeftToTheParser) {
  EXPECT_EQ(Encodings({"user", {}}, "windows-1252").read("PRIVMSG #a :\x80"), "PRIVMSG #a :\x80");
  EXPECT_EQ(Encodings({"user", {}}, "ISO-8859-15").read("PRIVMSG #a :\xA4"), "PRIVMSG #a :€");
}

}  // namespace
}  // namespace irc
