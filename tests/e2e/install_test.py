"""The commands of a fresh checkout when something goes wrong: ./demo and tools/install."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
INSTALL = ROOT / "tools" / "install"


def installing(policy, then):
    """Runs a shell that has forbidden services as tools/install does; `then` comes after that."""
    script = f'. {INSTALL}; root=(env); forbid_services; {then}'
    return subprocess.run(["bash", "-c", script], env={**os.environ, "WHERRY_POLICY": str(policy)}, timeout=20,
                          check=False).returncode


@pytest.fixture
def policy(tmp_path):
    return tmp_path / "policy-rc.d"


def test_no_service_is_started_meanwhile(policy):
    assert installing(policy, f"{policy} && exit 1; [ $? = 101 ]") == 0
    assert not policy.exists()


@pytest.mark.parametrize("kills", [0, 1, 2])
def test_the_administrators_policy_comes_back_however_often_it_was_killed(policy, kills):
    policy.write_text("#!/bin/sh\nexit 104\n")
    for _ in range(kills):
        assert installing(policy, "kill -KILL $$") == -9
    assert installing(policy, "exit 7") == 7
    assert policy.read_text() == "#!/bin/sh\nexit 104\n"
    assert [path.name for path in policy.parent.iterdir()] == [policy.name]


@pytest.mark.parametrize("kills", [1, 2])
def test_without_a_policy_none_is_left(policy, kills):
    for _ in range(kills):
        assert installing(policy, "kill -KILL $$") == -9
    assert installing(policy, "exit 0") == 0
    assert not list(policy.parent.iterdir())


@pytest.mark.parametrize("said", ["a.cpp:1:2: error: no such thing", "nothing that names it"])
def test_a_demo_that_can_not_be_built_says_so_in_one_line(tmp_path, said):
    shutil.copy(ROOT / "demo", tmp_path / "demo")
    for name, text in (("tools/install", "exit 0"), ("bin/cmake", f"seq 40; echo '{said}'; exit 1")):
        path = tmp_path / name
        path.parent.mkdir()
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
    done = subprocess.run([tmp_path / "demo", "--once"], capture_output=True, text=True, timeout=20, check=False,
                          env={**os.environ, "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"})
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1 and said in done.stderr and "build/demo.log" in done.stderr, done.stderr
