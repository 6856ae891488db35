#!/usr/bin/python3
"""bench/compare --short: what it judges by. A load generator that says what it is told takes the place of the real one."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

LOAD = '''#!/usr/bin/python3
import json, os, sys
from pathlib import Path
scenario, gateway = sys.argv[2], sys.argv[4]
count = Path(os.environ["COUNT"], f"{scenario}-{gateway}")
number = int(count.read_text()) + 1 if count.exists() else 1
count.write_text(str(number))
slow = gateway == "wherry" and number <= int(os.environ["SLOW_ROUNDS"])
cost = {"cpu_us_per_person": 13 if slow else 5} if gateway == "wherry" else {"cpu_us_per_person": 10}
print(json.dumps({"join": cost, "gone": cost, "back": cost, "instructions_per_message": int(os.environ["INSTRUCTIONS"])}))
'''


def compare(only, slow_rounds=0, instructions=1000):
    """The exit status, and how often each gateway ran."""
    with tempfile.TemporaryDirectory() as folder:
        build = Path(folder, "build")
        for name, text in (("wherry", ""), ("bench/floor/floor", ""), ("bench/load/load", LOAD)):
            path = build / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            path.chmod(0o755)
        done = subprocess.run(
            [Path(__file__).parent / "compare", "--short", "--only", only, "--preset-dir", build, "--out", Path(folder, "out")],
            env={**os.environ, "COUNT": folder, "SLOW_ROUNDS": str(slow_rounds), "INSTRUCTIONS": str(instructions)},
            capture_output=True, text=True, timeout=60, check=False)
        counts = {path.name: int(path.read_text()) for path in Path(folder).glob("*-*")}
        return done.returncode, counts, done.stdout


room, message = "a room with 1,000 people", "instructions_in"
status, counts, said = compare(room)
assert status == 0 and counts == {"big_room-wherry": 1, "big_room-biboumi": 1}, (status, counts, said)
status, counts, said = compare(room, slow_rounds=2)
assert status == 0 and counts["big_room-wherry"] == 3, (status, counts, said)
status, counts, said = compare(room, slow_rounds=3)
assert status == 1 and "Room of 1,000" in said and counts["big_room-wherry"] == 3, (status, counts, said)
status, counts, said = compare(message)
assert status == 0 and counts == {"instructions_in-wherry": 1}, (status, counts, said)
status, counts, said = compare(message, instructions=100000)
assert status == 1 and "100,000, the bound is 58,000" in said, (status, counts, said)
sys.exit(0)
