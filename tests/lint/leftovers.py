#!/usr/bin/env python3
"""Nothing unfinished, no path of somebody's machine, no credential in the tree, no code switched off by comments."""

import re

import source

# Spelt in two parts, so that this file does not flag itself.
PATTERNS = {
    "unfinished work": r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b",
    "a path of one machine": r"(?<![\w./])/(?:home|root|Users|work|mnt)/\w",
    "a private key": r"BEGIN (?:RSA |EC )?PRIVATE" r" KEY",
    "code behind a comment": r"^\s*//.*(?:;|\{)\s*$(?=\n\s*//.*;\s*$)",
    "code switched off": r"^\s*#\s*if\s+0\b",
}
SUFFIXES = (".cpp", ".hpp", ".py", ".sh", ".md", ".txt", ".toml", ".service", ".scn", ".sql", ".json")


def check(root):
    for path in source.files(root, *SUFFIXES):
        text = (root / path).read_text(errors="replace")
        for what, pattern in PATTERNS.items():
            if what.startswith("code") and path.suffix not in (".cpp", ".hpp"):
                continue
            for found in re.finditer(pattern, text, re.M):
                yield f"{path}:{text.count(chr(10), 0, found.start()) + 1}: {what}: {found[0].strip()[:60]}"


source.main(
    check,
    bad=[
        ("a.cpp", "// TO" "DO: more\n"),
        ("a.md", "see /ho" "me/me/file\n"),
        ("a.cpp", "#if 0\nint a;\n#endif\n"),
        ("a.cpp", "  // f();\n  // g();\n"),
        ("a.txt", "-----BEGIN PRIVATE" " KEY-----\n"),
    ],
    good=[("a.cpp", "// Words; and more words.\nint a = 0;\n"), ("a.md", "Put it into /etc/wherry/wherry.toml.\n")])
