#!/usr/bin/env python3
"""Every row of docs/irc.md names tests that exist, or says what is open."""

import re

import source

TABLE = "docs/irc.md"
OPEN = re.compile(r"\bopen: (?:people|settings|login)\b")


def known(root):
    names = {"model"} if (root / "tests/model").is_dir() else set()
    for path in source.files(root, ".cpp"):
        if path.parts[:2] == ("tests", "unit"):
            found = re.findall(r"^TEST(?:_[FP])?\((\w+), (\w+)\)", (root / path).read_text(), re.M)
            names |= {f"{suite}.{test}" for suite, test in found}
    for path in source.files(root, ".scn"):
        names.add(path.name)
    for path in source.files(root, ".py"):
        if path.parts[:2] == ("tests", "e2e") and path.name.endswith("_test.py"):
            tests = re.findall(r"^def (test_\w+)", (root / path).read_text(), re.M)
            names |= {f"{path.name[:-len('_test.py')]}.{test}" for test in tests}
    return names


def check(root):
    if not (root / TABLE).exists():
        return
    names = known(root)
    for number, line in enumerate((root / TABLE).read_text().splitlines(), 1):
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if len(cells) != 3 or cells[2] == "Tests" or set(cells[0]) <= set("-"):
            continue
        tests = [name for name in re.findall(r"`([^`]+)`", cells[2]) if name == "model" or "." in name]
        for name in tests:
            if name not in names:
                yield f"{TABLE}:{number}: there is no test {name}"
        if not tests and not OPEN.search(line):
            if "on purpose" not in line:
                yield f"{TABLE}:{number}: neither a test nor open: {cells[0]}"


HEAD = "| What | wherry | Tests |\n|---|---|---|\n"
source.main(
    check,
    bad=[(TABLE, HEAD + "| a | b | `None.Such` |\n"), (TABLE, HEAD + "| a | b | |\n"),
         (TABLE, HEAD + "| a | b | `none.scn` |\n")],
    good=[(TABLE, HEAD + "| a | open: people | |\n"), (TABLE, HEAD + "| a | no, on purpose | |\n")])
