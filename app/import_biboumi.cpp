#include "app/import_biboumi.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.hpp"
#include "base/sqlite.hpp"
#include "component/jid.hpp"

namespace app {

using component::Jid;
using mapping::Settings;

namespace {

// Users of XMPP; what is none can't be anybody here.
std::string canonical(const std::string& owner) {
  const auto jid = Jid::parse(owner);
  return jid ? jid->bare_str() : std::string{};
}

bool is_positive(const std::string& number) {
  return !number.empty() && number.find_first_not_of("0123456789") == number.npos &&
         number.find_first_not_of('0') != number.npos;
}

// "6697;6670;" without the separator at the end.
std::string ports(std::string list) {
  while (list.ends_with(';')) list.pop_back();
  return list;
}

void set(Settings& into, const std::string& field, const std::string& value, const std::string& usual = {}) {
  if (!value.empty() && value != usual) into[field] = value;
}

std::string names_of(const Settings& values) {
  std::string out;
  for (const auto& [field, value] : values) out += (out.empty() ? "" : ", ") + field;
  return out;
}

}  // namespace

base::Result<ImportReport, std::string> BiboumiImport::run(const std::string& path) {
  auto database = base::Database::open_to_read(path);
  if (!database) return database.error();
  Source source{std::move(*database)};
  for (const auto step : {&BiboumiImport::take_global, &BiboumiImport::take_servers, &BiboumiImport::take_channels,
                          &BiboumiImport::take_roster, &BiboumiImport::take_archive}) {
    const Step done = (this->*step)(source);
    if (!done) return fmt::format("{}: it is no database of biboumi 9: {}", path, done.error());
  }
  bool is_done = false, is_stored = false;
  store_.commit([&](bool good) {
    is_stored = good;
    is_done = true;
  });
  wait(is_done);
  if (!is_stored) return std::string{"wherry's own database can't be written"};
  return std::move(report_);
}

void BiboumiImport::wait(const bool& done) {
  while (!done) {
    loop_.restart();
    loop_.run_one_for(std::chrono::milliseconds(50));
  }
}

// By the name that addresses have, else by the host that the operator has named for one.
legacy::Network* BiboumiImport::network_of(const std::string& server) {
  const std::string name = mapping::lower(server);
  for (const config::IrcNetwork& network : component_.irc) {
    if (mapping::lower(network.name) == name) return identity_.find(network.name);
  }
  for (const config::IrcNetwork& network : component_.irc) {
    if (mapping::lower(network.endpoint.host) == name) return identity_.find(network.name);
  }
  return name.empty() ? nullptr : identity_.find(name);
}

// The local part of its address; empty: it can't be one here.
std::string BiboumiImport::room_of(const std::string& server, const std::string& channel) {
  legacy::Network* const network = network_of(server);
  const auto chat =
      network ? network->parse(channel) : base::Result<legacy::Chat, legacy::Errc>(legacy::Errc::not_found);
  if (!chat || chat->kind != legacy::ChatKind::room) return {};
  return std::string{identity_.of(*network, *chat).local()};
}

void BiboumiImport::put(const std::string& owner, const std::string& scope, const Settings& values,
                        const std::string& where) {
  Settings kept = store_.settings(component_.domain, owner, scope);
  Settings added;
  for (const auto& [field, value] : values) {
    const auto known = kept.find(field);
    if (known == kept.end()) added[field] = value;
    if (known != kept.end() && known->second != value) leave(where + ": " + field + " is chosen here already");
  }
  if (added.empty()) return;
  for (const auto& [field, value] : added) kept[field] = value;
  store_.save_settings(component_.domain, owner, scope, std::move(kept), [](bool) {});
  report_.taken.push_back(where + ": " + names_of(added));
}

// Without those that the network refuses.
Settings BiboumiImport::usable(const std::string& owner, legacy::Network& network, const Settings& values,
                               const std::string& suffix, const std::string& where) {
  Settings good;
  for (const auto& [field, value] : values) {
    Settings tried = good;
    tried[field] = value;
    legacy::Account account{owner, {}};
    for (const auto& [name, text] : tried) account.fields[name + suffix] = text;
    const std::string problem = network.check(account);
    if (problem.empty()) {
      good = std::move(tried);
    } else {
      leave(fmt::format("{}: {}: {}", where, field, problem));
    }
  }
  return good;
}

BiboumiImport::Step BiboumiImport::take_global(Source& source) {
  return source.each("SELECT owner_, maxhistorylength_, recordhistory_, persistent_ FROM globaloptions_", 4, {},
                     [this](const Source::Row& row) {
                       const std::string owner = canonical(row[0]);
                       if (owner.empty()) return leave("options of " + base::quoted(row[0]) + ": not an address");
                       Settings values;
                       set(values, "max_history_length", row[1], "20");
                       if (row[2] == "0") values["record_history"] = "false";
                       if (row[3] == "1") values["persistent"] = "true";
                       put(owner, {}, values, owner + ", everywhere");
                     });
}

BiboumiImport::Step BiboumiImport::take_servers(Source& source) {
  Step inner = true;
  const auto take = [&](const Source::Row& row) {
    const std::string owner = canonical(row[1]), where = base::quoted(row[1]) + ", " + base::quoted(row[2]);
    legacy::Network* const network = network_of(row[2]);
    if (owner.empty() || !network) return leave(where + ": the configuration has no such network");
    Settings values;
    set(values, "pass", row[3]);
    set(values, "tls_ports", ports(row[4]), "6697;6670");
    set(values, "ports", ports(row[5]), "6667");
    set(values, "ident", row[6]);
    set(values, "realname", row[7]);
    if (row[8] == "0") values["verify_cert"] = "false";
    set(values, "encoding_in", row[10], "ISO-8859-1");
    if (is_positive(row[11])) set(values, "max_history_length", row[11], "20");
    set(values, "nick", row[13]);
    set(values, "password", row[14]);
    set(values, "throttle_limit", row[15], "10");
    if (!row[9].empty()) leave(where + ": fingerprint: it is one of SHA-1, and SHA-256 is needed");
    if (!row[12].empty() && mapping::lower(row[12]) != mapping::lower(row[2]))
      leave(where + ": address: the configuration chooses it");
    std::string commands;
    inner =
        source.each("SELECT afterconnectioncommand_ FROM after_connection_commands_ WHERE fk_ = ? ORDER BY id_", 1,
                    {row[0]}, [&](const Source::Row& line) { commands += (commands.empty() ? "" : "\n") + line[0]; });
    set(values, "after_connect", commands);
    put(owner, std::string{identity_.of(*network).local()}, usable(owner, *network, values, {}, where), where);
  };
  const Step done = source.each(
      "SELECT id_, owner_, server_, pass_, tlsports_, ports_, username_, realname_, verifycert_, trustedfingerprint_, "
      "encodingin_, maxhistorylength_, address_, nick_, saslpassword_, throttlelimit_ FROM ircserveroptions_",
      16, {}, take);
  return done ? inner : done;
}

BiboumiImport::Step BiboumiImport::take_channels(Source& source) {
  const auto take = [this](const Source::Row& row) {
    const std::string owner = canonical(row[0]);
    const std::string where = base::quoted(row[0]) + ", " + base::quoted(row[2]) + " on " + base::quoted(row[1]);
    legacy::Network* const network = network_of(row[1]);
    const std::string room = room_of(row[1], row[2]);
    if (owner.empty() || !network || room.empty()) return leave(where + ": the configuration has no such network");
    Settings charset;
    set(charset, "encoding_in", row[3], "ISO-8859-1");
    Settings values = usable(owner, *network, charset, ":" + row[2], where);
    if (row[4] == "1") values["persistent"] = "true";
    // 0 is unset.
    if (row[5] == "1") values["record_history"] = "true";
    if (row[5] == "-1") values["record_history"] = "false";
    put(owner, room, values, where);
    if (row[4] == "1") keep_room(owner, row[1], room);
  };
  return source.each(
      "SELECT owner_, server_, channel_, encodingin_, persistent_, recordhistory_ FROM ircchanneloptions_", 6, {},
      take);
}

// It is joined at the next start, under the nick that the user has chosen there, or the name of the account.
void BiboumiImport::keep_room(const std::string& owner, const std::string& server, const std::string& room) {
  for (const mapping::SavedRoom& known : store_.saved_rooms(component_.domain, owner)) {
    if (known.local == room) return;
  }
  const std::string scope{identity_.of(*network_of(server)).local()};
  const Settings chosen = store_.settings(component_.domain, owner, scope);
  const auto nick = chosen.find("nick");
  const auto jid = Jid::parse(owner);
  const std::string name = nick != chosen.end() ? nick->second : std::string{jid->local()};
  store_.set_room({owner, component_.domain, room, name, {}, true});
  report_.taken.push_back(base::quoted(owner) + ": to be in " + base::quoted(room) + " from the next start on");
}

BiboumiImport::Step BiboumiImport::take_roster(Source& source) {
  return source.each("SELECT local, remote FROM roster", 2, {}, [this](const Source::Row& row) {
    const std::string owner = canonical(row[1]);
    const auto contact = Jid::parse(row[0]);
    const std::string where = base::quoted(row[1]) + ": contact " + base::quoted(row[0]);
    if (owner.empty() || !contact) return leave(where + ": not an address");
    std::string local{contact->local()};
    const auto percent = local.rfind('%');
    const std::string server = percent == local.npos ? local : local.substr(percent + 1);
    legacy::Network* const network = local.empty() ? nullptr : network_of(server);
    const bool is_single = identity_.is_single();  // then names stand alone, there as here
    if (!local.empty() && !network && !is_single) return leave(where + ": the configuration has no such network");
    if (network) {
      const std::string tail = is_single ? std::string{} : '%' + std::string{identity_.of(*network).local()};
      local =
          percent == local.npos ? tail.substr(std::min<std::size_t>(tail.size(), 1)) : local.substr(0, percent) + tail;
    }
    const auto known = store_.find_roster(component_.domain, owner, local);
    if (known && known->to && known->from) return;
    store_.set_roster({owner, component_.domain, local, true, true});
    report_.taken.push_back(where);
  });
}

}  // namespace app
