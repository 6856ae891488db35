// XEP-0313 1.1.3 message archive management, the archive's side: queries in, results out.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "component/error.hpp"
#include "component/jid.hpp"
#include "component/xeps/rsm.hpp"
#include "component/xml.hpp"

namespace component::mam {

inline constexpr std::string_view ns = "urn:xmpp:mam:2";
inline constexpr std::string_view feature_extended = "urn:xmpp:mam:2#extended";
inline constexpr std::string_view ns_forward = "urn:xmpp:forward:0";  // XEP-0297

struct Query {
  std::string id;  // queryid; empty: none
  std::optional<Jid> with;
  std::optional<base::WallTime> start, end;
  std::optional<std::string> after_id, before_id;
  std::vector<std::string> ids;
  bool is_flipped = false;
  rsm::Request page;
};
// bad-request: what can't be read. feature-not-implemented: a field or a node that we don't know.
base::Result<Query, StanzaError> parse(const xml::Element& query);
// The fields that parse() knows, as the answer to a get.
xml::Element form();

// <message><result><forwarded/></result></message>, without addresses.
xml::Element result(const Query& query, std::string_view id, base::WallTime when, xml::Element message);

struct Edge {
  std::string id;
  base::WallTime when;
};
// What was sent; index and count where they are known.
struct Sent {
  std::string first, last;  // ids in the archive's order; empty: nothing
  bool is_complete = true;
  std::optional<std::size_t> index, count;
};
xml::Element fin(const Sent& sent);
// <prefs/> (XEP-0441): always or never; for one room there is nothing between.
xml::Element prefs(bool is_kept);
// What a set asks for; nothing when it can't be had.
std::optional<bool> parse_prefs(const xml::Element& prefs);
// The archive's first and last message; nothing when it is empty.
xml::Element metadata(const std::optional<std::pair<Edge, Edge>>& edges);

}  // namespace component::mam
