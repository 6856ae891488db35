// Texts that were sent in several pieces: their fates become one. Each piece is a message of its own in the Queue and
// ends by itself; what came of the whole is told as one Delivery, which is durable like theirs.
//
// Records: many/<group>, until everything about it is known and told, or a week.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "legacy/adapter.hpp"
#include "legacy/sms/records.hpp"

namespace sms {

class Fates {
 public:
  explicit Fates(legacy::State& state) : state_(state) {}

  // The tokens for so many pieces of what has that token; saved with the next commit.
  std::vector<std::string> split(const std::string& token, std::size_t pieces, base::WallTime now);
  // The pieces could not be stored after all.
  void forget(const std::string& piece_token);

  // False: not of a piece; pass it on as it is. Else it is taken in, its key may be Taken, and `out` gets what is news.
  bool fold(const legacy::Delivery& piece, std::vector<legacy::Delivery>& out);
  // After a restart: what was known and not Taken yet.
  std::vector<legacy::Delivery> untold();
  // The Delivery with this key was passed on. False: not one of ours.
  bool take(const std::string& key);
  // Forgets what nobody will report on any more.
  void sweep(base::WallTime now);

 private:
  legacy::State& state_;
};

}  // namespace sms
