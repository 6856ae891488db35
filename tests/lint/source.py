"""What the lints share: the project's sources, their text without comments and literals, and the self-test."""

import pathlib
import re
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SKIP = {"build", ".git", "__pycache__", ".pytest_cache"}


def files(root, *suffixes):
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if path.is_file() and path.suffix in suffixes and not SKIP & set(inside.parts):
            yield inside


def cpp(root):
    return files(root, ".cpp", ".hpp")


LITERAL = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"([^(\s]{0,16})\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'', re.S)


def code(text):
    """The text with comments blanked and literals emptied; lines stay where they are."""

    def blank(found):
        lines = "\n" * found[0].count("\n")
        return lines if found[0].startswith("/") else '""' + lines

    return LITERAL.sub(blank, text)


def main(check, bad, good=()):
    """check(root) yields complaints. bad and good are (path, text): each bad one must be flagged, no good one may be."""
    if sys.argv[1:] != ["--self-test"]:
        complaints = list(check(pathlib.Path(sys.argv[1]) if sys.argv[1:] else ROOT))
        print("\n".join(complaints))
        sys.exit(bool(complaints))
    for expected, samples in ((True, bad), (False, good)):
        for path, text in samples:
            with tempfile.TemporaryDirectory() as folder:
                target = pathlib.Path(folder) / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text)
                complaints = list(check(pathlib.Path(folder)))
            if bool(complaints) != expected:
                sys.exit(f"{'not flagged' if expected else 'flagged'}: {path}: {text}\n" + "\n".join(complaints))
