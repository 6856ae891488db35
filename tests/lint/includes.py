#!/usr/bin/env python3
"""Who may include whom: the folders, and each C library in one pair of files."""

import re

import source

BELOW = {
    "base": {"base"},
    "config": {"base", "config"},
    "component": {"base", "config", "component"},
    "legacy": {"base", "config", "legacy"},
    "mapping": {"base", "component", "legacy/adapter.hpp", "mapping"},
    "app": {"base", "config", "component", "legacy", "mapping", "app"},
}
# What mapping must not see: sockets, the link and the stream, curl and the listener.
UNSEEN = {"mapping": re.compile(r"component/(link|stream|fence)\.hpp|base/(curl|url|http_server|dialer|tls|stream)\.hpp")}
# Library header -> the files that may include it.
WRAPPED = {
    r"expat\.h": {"base/expat"},
    r"curl/.*": {"base/curl", "base/url"},
    r"sqlite3\.h": {"base/sqlite"},
    r"openssl/.*": {"base/certificate", "base/crypto", "base/digest", "base/tls", "base/sha1", "base/random", "base/sha256"},
    r"boost/beast.*": {"base/http_connection"},
    r"systemd/.*": {"base/systemd"},
    r"(stringprep|idna|punycode)\.h": {"base/stringprep"},
    r"toml\+\+/.*": {"config/reader"},
}
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.M)


def adapter(path):
    """The folder of one network: legacy/irc."""
    parts = path.split("/")
    return "/".join(parts[:2]) if parts[0] == "legacy" and len(parts) > 2 else None


def wrong(path, kind, name):
    folder = path.split("/")[0]
    if kind == "<":
        for library, homes in WRAPPED.items():
            if re.fullmatch(library, name) and path.rsplit(".", 1)[0] not in homes:
                return f"{name} belongs into {' or '.join(sorted(homes))} only"
        return None
    if folder not in BELOW:
        return None
    allowed = BELOW[folder]
    if name.split("/")[0] not in allowed and name not in allowed:
        return f"{folder} must not include {name}"
    if folder in UNSEEN and UNSEEN[folder].fullmatch(name):
        return f"{folder} must not see {name}"
    if folder != "app" and adapter(name) and adapter(path) != adapter(name):
        return f"{path} must not include another network's {name}"
    return None


def check(root):
    for path in map(str, source.cpp(root)):
        if path.startswith(("tests/", "bench/")):  # they play the peers, with whatever they need
            continue
        text = (root / path).read_text()
        for found in INCLUDE.finditer(text):
            complaint = wrong(path, found[1], found[2])
            if complaint:
                yield f"{path}:{text.count(chr(10), 0, found.start(2)) + 1}: {complaint}"


source.main(
    check,
    bad=[
        ("base/a.cpp", '#include "config/config.hpp"\n'),
        ("component/a.cpp", '#include "legacy/adapter.hpp"\n'),
        ("legacy/irc/a.cpp", '#include "component/jid.hpp"\n'),
        ("legacy/irc/a.cpp", '#include "legacy/sms/number.hpp"\n'),
        ("legacy/adapter.hpp", '#include "legacy/irc/state.hpp"\n'),
        ("mapping/a.cpp", '#include "legacy/irc/state.hpp"\n'),
        ("mapping/a.cpp", '#include "component/link.hpp"\n'),
        ("mapping/a.cpp", '#include "app/app.hpp"\n'),
        ("mapping/a.cpp", "#include <sqlite3.h>\n"),
        ("base/http.cpp", "#  include <curl/curl.h>\n"),
    ],
    good=[
        ("legacy/irc/a.cpp", '#include "legacy/irc/state.hpp"\n#include "base/log.hpp"\n#include <vector>\n'),
        ("mapping/a.cpp", '#include "legacy/adapter.hpp"\n#include "component/xeps/disco.hpp"\n'),
        ("base/sqlite.cpp", "#include <sqlite3.h>\n"),
    ])
