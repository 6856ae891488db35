#!/usr/bin/env python3
"""Functions have at most 60 lines and files at most 400 (needs universal or exuberant ctags; without them exit 77)."""

import re
import shutil
import subprocess
import sys

import source

LONGEST_FUNCTION = 60
LONGEST_FILE = 400


def starts(path):
    """The lines on which functions begin."""
    command = ["ctags", "-x", "--language-force=C++", "--c++-kinds=f", str(path)]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return sorted(int(found[1]) for found in re.finditer(r"\sfunction\s+(\d+)\s", listed))


def length(lines, start):
    """From the function's first line to the brace that closes it."""
    depth, opened = 0, False
    for at, line in enumerate(lines[start - 1:], 1):
        depth += line.count("{") - line.count("}")
        opened = opened or "{" in line
        if opened and depth <= 0:
            return at
    return 0


def check(root):
    for path in source.cpp(root):
        lines = source.code((root / path).read_text()).splitlines()
        if len(lines) > LONGEST_FILE:
            yield f"{path}:1: {len(lines)} lines; the limit is {LONGEST_FILE}"
        for start in starts(root / path):
            count = length(lines, start)
            if count > LONGEST_FUNCTION:
                yield f"{path}:{start}: a function of {count} lines; the limit is {LONGEST_FUNCTION}"


if not shutil.which("ctags"):
    sys.exit(77)
source.main(
    check,
    bad=[("a.cpp", "int f() {\n" + "  g();\n" * 60 + "}\n"), ("a.cpp", "// a\n" * 401)],
    good=[("a.cpp", "int f() {\n" + "  g();\n" * 58 + "}\n" + "// b\n" * 300)])
