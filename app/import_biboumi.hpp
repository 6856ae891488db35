// `wherry import-biboumi`: what users of biboumi 9 have there, read from its SQLite database and put into ours. The
// source is only read. Nothing that a user has chosen here already is replaced, and doing it twice changes nothing.
#pragma once

#include <string>
#include <vector>

#include "app/biboumi_source.hpp"
#include "base/result.hpp"
#include "config/config.hpp"
#include "mapping/archive.hpp"
#include "mapping/identity.hpp"
#include "mapping/store.hpp"

namespace app {

// A line each, for the operator; passwords and what was said never are in it.
struct ImportReport {
  std::vector<std::string> taken, left;
};

class BiboumiImport {
 public:
  // All outlive it. archive may be null: then nothing that was said is taken over. The loop is run while the archive
  // works.
  BiboumiImport(asio::io_context& loop, const config::Component& component, mapping::Identity& identity,
                mapping::Store& store, mapping::Archive* archive)
      : loop_(loop), component_(component), identity_(identity), store_(store), archive_(archive) {}

  // The error is a sentence for the operator: the file can't be read, or is no database of biboumi 9.
  base::Result<ImportReport, std::string> run(const std::string& path);

 private:
  using Source = BiboumiSource;
  using Step = BiboumiSource::Step;
  struct Remark {
    std::string id, seconds, text, nick;
  };

  Step take_global(Source& source);
  Step take_servers(Source& source);
  Step take_channels(Source& source);
  Step take_roster(Source& source);
  Step take_archive(Source& source);
  Step take_book(Source& source, const Source::Row& whose);
  std::vector<Remark> fresh(std::vector<Remark> said, const mapping::BookPtr& book, const std::string& where);
  void write(const std::vector<Remark>& said, const mapping::BookPtr& book, const std::string& local);

  legacy::Network* network_of(const std::string& server);
  std::string room_of(const std::string& server, const std::string& channel);
  // Adds those that the user has not chosen here, and tells which they are.
  void put(const std::string& owner, const std::string& scope, const mapping::Settings& values,
           const std::string& where);
  mapping::Settings usable(const std::string& owner, legacy::Network& network, const mapping::Settings& values,
                           const std::string& suffix, const std::string& where);
  void keep_room(const std::string& owner, const std::string& server, const std::string& room);
  void leave(std::string what) { report_.left.push_back(std::move(what)); }
  void wait(const bool& done);

  asio::io_context& loop_;
  const config::Component& component_;
  mapping::Identity& identity_;
  mapping::Store& store_;
  mapping::Archive* archive_;
  ImportReport report_;
};

// The whole command: opens what the configuration names, takes the component `domain` (empty: the only one for IRC),
// and prints the report. The result is the exit status: 0, 1 (failed), 2 (wrong usage).
int import_biboumi(const config::Config& config, const std::string& path, const std::string& domain);

}  // namespace app
