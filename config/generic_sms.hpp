// An SMS provider that the configuration describes (docs/sms-generic.md).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "config/secret.hpp"

namespace config {

struct GenericSms {
  enum class Format { json, form };
  enum class Auth { hmac, basic, path };

  // The request. {to} {from} {text} {id} {report_url} {secret} in url and body, {secret} and {id} in headers.
  std::string url;
  std::string method = "POST";
  std::vector<std::pair<std::string, std::string>> headers;
  Format format = Format::json;
  std::string body;
  Secret secret;
  std::string username;  // Basic, when it is not empty
  Secret password;
  bool has_plus = true;  // in numbers
  std::string ca_file;

  // Its answer. Statuses named nowhere mean what they mean everywhere.
  struct Answer {
    std::string id;     // JSON pointer; empty: there is none, or ours is enough
    std::string error;  // JSON pointer to the words
    std::vector<int> retry;
    std::vector<int> stop;
    std::vector<int> refuse;
  } answer;

  // Webhooks. `format` is how their bodies are read; names are those of form fields, or JSON pointers.
  struct Webhook {
    Auth auth = Auth::path;
    Secret secret;  // of the HMAC, the Basic password or the path
    std::string username;
    std::string header;             // with the HMAC
    std::string digest = "sha256";  // or sha1, sha512
    bool is_hex = true;             // or base64
    std::string prefix;             // before the HMAC: "sha256="
    std::string timestamp_header;   // when it is not empty, what is signed is <timestamp><separator><body>
    std::string separator;
    int status = 200;  // of our thanks
    std::string thanks;
  } webhook;

  struct Inbound {
    Format format = Format::json;
    std::string from;
    std::string to;
    std::string text;
    std::string id;
    std::string time;
  } inbound;

  struct Report {
    Format format = Format::json;
    std::string id;       // ours; empty: in the query of report_url
    std::string foreign;  // theirs, as in answer.id
    std::string state;
    std::string error;
    std::vector<std::string> delivered;
    std::vector<std::string> failed;
  } report;
};

}  // namespace config
