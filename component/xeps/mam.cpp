#include "component/xeps/mam.hpp"

#include <array>

#include "component/xeps/dataform.hpp"
#include "component/xeps/delay.hpp"

namespace component::mam {

namespace {

constexpr std::size_t most_ids = 100;
constexpr std::size_t longest_id = 256;  // it is in every result

StanzaError bad(std::string text) {
  return {ErrorType::modify, Condition::bad_request, std::move(text), {}};
}

using Problem = std::optional<StanzaError>;
using Values = std::vector<std::string>;

Problem read_time(const Values& values, std::optional<base::WallTime>& into) {
  into = parse_time(values.front());
  if (into) return {};
  return bad("start and end are times as in 2026-11-21T10:00:00Z.");
}

// An empty value is how some clients leave a field out.
Problem read_text(const Values& values, std::optional<std::string>& into) {
  if (!values.front().empty()) into = values.front();
  return {};
}

Problem read_with(const Values& values, Query& query) {
  const auto jid = Jid::parse(values.front());
  if (!jid) return bad("with is an address.");
  query.with = *jid;
  return {};
}

Problem read_ids(const Values& values, Query& query) {
  if (values.size() > most_ids) {
    return StanzaError{ErrorType::modify, Condition::policy_violation, "These are too many ids for one query.", {}};
  }
  query.ids = values;
  return {};
}

Problem read_form_type(const Values& values, Query&) {
  if (values.front() == ns) return {};
  return bad("The form is of another type.");
}

struct Field {
  std::string_view var, type;
  Problem (*read)(const Values&, Query&);
};
constexpr std::array fields{
    Field{"FORM_TYPE", "hidden", read_form_type},
    Field{"with", "jid-single", read_with},
    Field{"start", "text-single", [](const Values& values, Query& query) { return read_time(values, query.start); }},
    Field{"end", "text-single", [](const Values& values, Query& query) { return read_time(values, query.end); }},
    Field{"before-id", "text-single",
          [](const Values& values, Query& query) { return read_text(values, query.before_id); }},
    Field{"after-id", "text-single",
          [](const Values& values, Query& query) { return read_text(values, query.after_id); }},
    Field{"ids", "list-multi", read_ids},
};

Problem read_field(const xml::Element& field, Query& query) {
  Values values;
  for (const xml::Element* value : field.children("value", dataform::ns)) values.push_back(value->text());
  if (values.empty()) return {};
  for (const Field& known : fields) {
    if (known.var == field.attr("var")) return known.read(values, query);
  }
  return StanzaError{ErrorType::cancel, Condition::feature_not_implemented, "The form has an unknown field.", {}};
}

}  // namespace

base::Result<Query, StanzaError> parse(const xml::Element& element) {
  Query query;
  query.id = element.attr("queryid");
  if (query.id.size() > longest_id) return bad("The queryid is too long.");
  if (element.has_attr("node")) {
    return StanzaError{ErrorType::cancel, Condition::feature_not_implemented, "There are no nodes here.", {}};
  }
  const auto page = rsm::parse(element);
  if (!page) return bad("<max/> and <index/> are numbers.");
  if (page->index) {
    return StanzaError{ErrorType::cancel, Condition::feature_not_implemented, "Pages are found by ids here.", {}};
  }
  query.page = *page;
  query.is_flipped = element.child("flip-page", ns) != nullptr;
  if (const xml::Element* const form = element.child("x", dataform::ns)) {
    for (const xml::Element* field : form->children("field", dataform::ns)) {
      if (auto problem = read_field(*field, query)) return std::move(*problem);
    }
  }
  return query;
}

xml::Element form() {
  xml::Element query("query", ns);
  xml::Element& x = query.append(xml::Element("x", dataform::ns));
  x.set("type", "form");
  for (const Field& known : fields) {
    xml::Element field("field");
    field.set("type", known.type).set("var", known.var);
    if (known.var == "FORM_TYPE") field.add(xml::Element("value").text(ns));
    if (known.type == "list-multi") {
      xml::Element validate("validate", "http://jabber.org/protocol/xdata-validate");
      validate.set("datatype", "xs:string").add(xml::Element("open"));
      field.add(std::move(validate));
    }
    x.add(std::move(field));
  }
  return query;
}

xml::Element result(const Query& query, std::string_view id, base::WallTime when, xml::Element message) {
  message.set_ns("jabber:client");
  xml::Element forwarded("forwarded", ns_forward);
  xml::Element stamp("delay", ns_delay);
  stamp.set("stamp", format_time(when));
  forwarded.add(std::move(stamp)).add(std::move(message));
  xml::Element found("result", ns);
  found.set("id", id);
  if (!query.id.empty()) found.set("queryid", query.id);
  found.add(std::move(forwarded));
  return xml::Element("message").add(std::move(found));
}

xml::Element fin(const Sent& sent) {
  xml::Element set("set", rsm::ns);
  if (!sent.first.empty()) {
    xml::Element first("first");
    if (sent.index) first.set("index", std::to_string(*sent.index));
    set.add(std::move(first.text(sent.first))).add(xml::Element("last").text(sent.last));
  }
  if (sent.count) set.add(xml::Element("count").text(std::to_string(*sent.count)));
  xml::Element out("fin", ns);
  if (sent.is_complete) out.set("complete", "true");
  return out.add(std::move(set));
}

xml::Element prefs(bool is_kept) {
  xml::Element out("prefs", ns);
  out.set("default", is_kept ? "always" : "never");
  return out.add(xml::Element("always")).add(xml::Element("never"));
}

std::optional<bool> parse_prefs(const xml::Element& prefs) {
  for (const char* list : {"always", "never"}) {
    const xml::Element* const exceptions = prefs.child(list, ns);
    if (exceptions && exceptions->child_count() > 0) return {};
  }
  if (prefs.attr("default") == "always") return true;
  if (prefs.attr("default") == "never") return false;
  return {};
}

xml::Element metadata(const std::optional<std::pair<Edge, Edge>>& edges) {
  xml::Element out("metadata", ns);
  if (!edges) return out;
  const auto add = [&](std::string_view name, const Edge& edge) {
    out.append(xml::Element(name)).set("id", edge.id).set("timestamp", format_time(edge.when));
  };
  add("start", edges->first);
  add("end", edges->second);
  return out;
}

}  // namespace component::mam
