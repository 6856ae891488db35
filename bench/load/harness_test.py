#!/usr/bin/python3
"""The load generator gives no figure when the gateway does something wrong, and says what. Use: harness_test.py LOAD"""

import json
import os
import subprocess
import sys
from pathlib import Path

GATEWAY = Path(__file__).resolve().parent / "broken_gateway.py"
CASES = {  # what of the messages' counts must be 1
    "dies": "",
    "loses": "lost",
    "doubles": "doubled",
    "reorders": "reordered",
    "corrupts": "corrupt",
    "mistakes": "corrupt",
    "refuses": "errors",
    "stalls": "",
}


def check(load: str, flaw: str, count: str | None) -> str:
    """What is wrong; empty when all is well. `count` None: there is to be a figure."""
    command = [load, "--scenario", "xmpp_to_irc", "--program", str(GATEWAY), "--messages", "200", "--window", "8",
               "--patience", "1"]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "FLAW": flaw}, timeout=60, check=False)
    report = json.loads(done.stdout)
    if count is None:
        return "" if done.returncode == 0 and "cpu_us_per_message" in report else done.stdout
    counts = report.get("counts", {}).get("messages", {})
    is_right = done.returncode == 1 and "failed" in report and "cpu_us_per_message" not in report
    is_counted = counts.get(count) == 1 if count else counts.get("lost", 0) > 0
    return "" if is_right and is_counted else f"exit status {done.returncode}, {done.stdout}"


cases = {"nothing": None, **CASES}
wrong = {flaw: trouble for flaw, count in cases.items() if (trouble := check(sys.argv[1], flaw, count))}
for flaw, trouble in wrong.items():
    print(f"{flaw}: {trouble}")
sys.exit(bool(wrong))
