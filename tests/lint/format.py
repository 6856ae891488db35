#!/usr/bin/env python3
"""clang-format (version 14, as .clang-format is written for) has nothing to change. Without it exit 77."""

import shutil
import subprocess
import sys

import source

TOOL = shutil.which("clang-format-14") or shutil.which("clang-format")


def check(root):
    paths = [str(path) for path in source.cpp(root)]
    style = f"--style=file:{source.ROOT / '.clang-format'}"
    done = subprocess.run([TOOL, style, "--dry-run", "-Werror", *paths], cwd=root, capture_output=True, text=True)
    if done.returncode:
        yield from sorted({line for line in done.stderr.splitlines() if "error:" in line}) or [done.stderr]


if not TOOL:
    sys.exit(77)
source.main(check, bad=[("a.cpp", "int  f( ){return 1 ;}\n")], good=[("a.cpp", "int f();\n")])
