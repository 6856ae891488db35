// irc::Message and the text functions of legacy/irc: whatever a server sends becomes clean UTF-8 or an error.
#include <algorithm>

#include "base/utf8.hpp"
#include "fuzz.hpp"
#include "legacy/irc/ctcp.hpp"
#include "legacy/irc/format.hpp"
#include "legacy/irc/isupport.hpp"
#include "legacy/irc/message.hpp"
#include "legacy/irc/split.hpp"

using namespace irc;
using fuzz::require;

namespace {

void check_clean(const std::string& text, std::string_view what) {
  require(base::is_utf8(text), what, text);
  require(text.find_first_of(std::string_view("\r\n\0", 3)) == text.npos, what, text);
}

void check_text(const std::string& text) {
  const std::string shown = plain(text);
  require(base::is_utf8(shown), "plain text is UTF-8", shown);
  require(plain(shown) == shown, "plain text stays as it is", shown);
  const std::string stripped = strip_controls(text);
  require(strip_controls(stripped) == stripped, "controls are stripped at once", stripped);
  for (const std::size_t bytes : {50U, 400U}) {
    std::string joined;
    for (const auto& piece : split_text(text, bytes)) {
      require(!piece.empty() && piece.size() <= bytes && base::is_utf8(piece), "a piece fits", piece);
      joined += piece;
    }
    require(joined.size() <= text.size(), "splitting adds nothing", joined);
  }
  require(cut_text(text, 50).size() <= 50, "cutting cuts", text);
  for (const auto& line : split_lines(text)) check_clean(line, "a line is one line");
  const auto ctcp = parse_ctcp(text);
  if (ctcp) (void)ctcp_answer(*ctcp, base::WallTime{});
}

void check_tag(const std::string& value) {
  require(base::is_utf8(value), "a tag is UTF-8", value);
  std::string expected = value;
  std::erase(expected, '\0');
  require(unescape_tag(escape_tag(value)) == expected, "escaping a tag can be undone", value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const auto charset = input.byte() % 2 == 0 ? Charset::windows1252 : Charset::latin1;
  const auto message = Message::parse(input.rest(), charset);
  if (!message) return 0;
  require(message->params.size() <= max_params, "parameters are bounded");
  for (const auto& [name, value] : message->tags) check_tag(value);
  for (const auto* part : {&message->source.nick, &message->source.user, &message->source.host, &message->command})
    check_clean(*part, "source and command are clean");
  for (const auto& param : message->params) {
    check_clean(param, "a parameter is clean");
    check_text(param);
  }
  return 0;
}
