#!/usr/bin/env python3
"""Every header of somebody else's is in cmake/needs.cmake under Debian's package that has it, and each such package, in the
same least version, is in the group of tools/install that is said to bring it. So what a developer's machine has by chance
is found before a fresh machine lacks it."""

import re
import shutil
import subprocess
from pathlib import Path

import source

LIBC = re.compile(r"(sys|netinet|arpa|linux)/\w+\.h|(unistd|fcntl|poll|resolv|strings|iconv|dlfcn|netdb|pthread|signal)\.h")
OPTIONAL = {"benchmark/benchmark.h": "libbenchmark-dev"}  # bench/micro is left out without it
INCLUDE = re.compile(r"^\s*#\s*include\s*<([^>]+)>", re.M)
NEED = re.compile(r"^\s*wherry_needs\((?P<group>[a-z-]+)\s+(?P<package>[\w.+-]+)(?P<rest>[^)]*)\)", re.M)


def text_of(root, name):
    """The self-test's samples are alone in their folder; the rest is the project's."""
    path = root / name
    return (path if path.exists() else source.ROOT / name).read_text()


def needs(root):
    """(group, package, least version or None, headers)."""
    for found in NEED.finditer(text_of(root, "cmake/needs.cmake")):
        version = re.search(r"VERSION\s+([\d.]+)", found["rest"])
        headers = re.search(r"HEADERS\s+((?:[\w/+-]+\.h(?:pp)?\s*)+)", found["rest"])
        yield found["group"], found["package"], version and version[1], headers[1].split() if headers else []


def installed_by(root):
    """{group: {package: least version or None}}."""
    groups = re.findall(r'\[([a-z-]+)\]="([^"]*)"', text_of(root, "tools/install"))
    return {group: {word.partition(">=")[0]: word.partition(">=")[2] or None for word in words.split()} for group, words in groups}


def foreign(header):
    return "." in header and not LIBC.fullmatch(header)


def is_named(header, names):
    """Itself, or another one of its folder: the headers of a library come in one package."""
    folder = header.rpartition("/")[0].partition("/")[0]
    return any(name == header or (folder and name.startswith(folder + "/")) for name in names)


def owners(headers):
    """{header: packages that have it here}; empty where dpkg knows nothing."""
    places = {f"/usr/include{middle}/{header}": header for header in headers for middle in ("", "/x86_64-linux-gnu")}
    there = [place for place in places if Path(place).exists()]
    if not there or not shutil.which("dpkg-query"):
        return {}
    said = subprocess.run(["dpkg-query", "--search", *there], capture_output=True, text=True, check=False).stdout
    found = {}
    for line in said.splitlines():
        packages, _, place = line.rpartition(": ")
        found.setdefault(places.get(place), set()).update(package.partition(":")[0].strip() for package in packages.split(","))
    return found


def check(root):
    needed, groups = list(needs(root)), installed_by(root)
    names = [header for *_, headers in needed for header in headers] + list(OPTIONAL)
    to_build = [header for group, *_, headers in needed for header in headers if group == "build"]
    for path in source.cpp(root):
        ours = names if path.parts[0] in ("tests", "bench") else to_build
        for header in INCLUDE.findall((root / path).read_text()):
            if foreign(header) and not is_named(header, ours):
                yield f"{path}: <{header}> is of no package in cmake/needs.cmake that its folder may need"
    known = owners(names)
    for group, package, least, headers in needed:
        brought = groups.get(group, {})
        if package not in brought:
            yield f"cmake/needs.cmake: {package} is not in the group {group} of tools/install"
        elif least and (brought[package] or "").removeprefix("4:") != least:
            yield f"cmake/needs.cmake: {package} {least}, but {brought[package]} in tools/install"
        for header in headers:
            if header in known and package not in known[header]:
                yield f"cmake/needs.cmake: <{header}> is in {', '.join(sorted(known[header]))}, not in {package}"


source.main(
    check,
    bad=[("a.cpp", "#include <zlib.h>\n"), ("base/a.cpp", "#include <gtest/gtest.h>\n"), ("a.hpp", "# include <nobodys/thing.hpp>\n"),
         ("cmake/needs.cmake", "wherry_needs(build libnobodys-dev HEADERS nobodys.h)\n"),
         ("cmake/needs.cmake", "wherry_needs(build libgtest-dev HEADERS gtest/gtest.h)\n"),
         ("cmake/needs.cmake", "wherry_needs(build libfmt-dev VERSION 9.9 ${found})\n"),
         ("cmake/needs.cmake", "wherry_needs(build libfmt-dev HEADERS expat.h)\n"),
         ("tools/install", 'declare -A packages=([build]="g++>=4:12" [demo]="libgtest-dev>=1.12")\n')],
    good=[("a.cpp", "#include <boost/asio/ssl.hpp>\n#include <map>\n#include <unistd.h>\n"), ("tests/a.cpp", "#include <gtest/gtest.h>\n")])
