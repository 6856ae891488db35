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


class Machine:
    """Debian as tools/install sees it: what is installed, what the package lists have, and what fresh ones would have."""

    STUBS = {
        "dpkg-query": 'cat "$0.d/installed/$3" 2>/dev/null || echo installed 9:99',
        "apt-get": """echo "$*" >>"$0.log"
case " $* " in
  *" update "*) cp "$0.d/fresh/"* "$0.d/lists/" ;;
  *" install "*) shift "$(($# - 1))"; cp "$0.d/lists/$1" "$0.d/installed/$1" ;;
esac""",
        "sudo": 'exec "$@"'}

    def __init__(self, folder, package, **versions):
        for name, text in self.STUBS.items():
            (folder / name).write_text(f"#!/bin/sh\n{text}\n")
            (folder / name).chmod(0o755)
        for state in ("installed", "lists", "fresh"):
            place = folder / "state" / state / package
            place.parent.mkdir(parents=True)
            place.write_text("" if versions[state] is None else f"installed {versions[state]}\n")
        for name in ("dpkg-query", "apt-get"):
            (folder / f"{name}.d").symlink_to(folder / "state")
        self._folder = folder

    def install(self):
        """The exit status, apt-get's commands, and the last line of what is said."""
        done = subprocess.run([INSTALL, "build"], capture_output=True, text=True, timeout=20, check=False,
                              env={**os.environ, "PATH": f"{self._folder}:{os.environ['PATH']}",
                                   "WHERRY_POLICY": str(self._folder / "policy-rc.d")})
        log = self._folder / "apt-get.log"
        called = log.read_text().splitlines() if log.exists() else []
        return done.returncode, [line.partition(" -y ")[2] for line in called], done.stderr.splitlines()[-1:]


GET, UPDATE = "install --no-install-recommends libexpat1-dev", "update"


@pytest.mark.parametrize("installed, lists, fresh, commands", [
    ("2.5.0-1", "2.5.0-1", "2.5.0-1", []),
    ("2.5.0-1+deb12u5", "2.5.0-1", "2.5.0-1", []),
    (None, "2.5.0-1", "2.5.0-1", [GET]),
    ("2.2.10-2", "2.5.0-1", "2.5.0-1", [GET]),
    ("2.2.10-2", "2.2.10-2", "2.5.0-1", [GET, UPDATE, GET]),
])
def test_what_lacks_or_is_too_old_is_brought_up_to_date(tmp_path, installed, lists, fresh, commands):
    machine = Machine(tmp_path, "libexpat1-dev", installed=installed, lists=lists, fresh=fresh)
    status, called, said = machine.install()
    assert status == 0, said
    assert called == commands


def test_an_archive_that_has_nothing_new_enough_is_told_in_one_line(tmp_path):
    machine = Machine(tmp_path, "libexpat1-dev", installed="2.2.10-2", lists="2.2.10-2", fresh="2.2.10-3")
    status, called, said = machine.install()
    assert status == 1 and called == [GET, UPDATE, GET]
    assert "libexpat1-dev>=2.5" in said[0] and "Debian 12" in said[0]


def test_an_expat_without_reparse_deferral_will_do(tmp_path):
    """As Debian 12 had it before 2.5.0-1+deb12u2. Every function is looked up at the start, as a distribution may want it."""
    program = os.environ["WHERRY"]
    listed = subprocess.run(["ldd", program], capture_output=True, text=True, timeout=20, check=True).stdout
    library = next(line.split()[2] for line in listed.splitlines() if "libexpat.so.1 " in line)
    older = Path(library).read_bytes().replace(b"XML_SetReparseDeferralEnabled", b"XML_NotInThisLibraryAtAllYet_")
    (tmp_path / "libexpat.so.1").write_bytes(older)
    config = tmp_path / "wherry.toml"
    config.write_text('[[component]]\ntype = "irc"\ndomain = "irc.test"\nsecret = "of the tests"\n'
                      '[[component.network]]\nname = "libera"\nhost = "irc.test"\n')
    done = subprocess.run([program, "check", "--config", config], capture_output=True, text=True, timeout=20, check=False,
                          env={**os.environ, "LD_LIBRARY_PATH": str(tmp_path), "LD_BIND_NOW": "1"})
    assert done.returncode == 0, done.stderr


CMAKE = "CMake Error at CMakeLists.txt:41 (message):'; echo '   missing or too old: libfoo-dev; get it with: tools/install build"


@pytest.mark.parametrize("output, said", [
    ("a.cpp:1:2: error: no such thing", "a.cpp:1:2: error: no such thing"),
    ("nothing that names it", "nothing that names it"),
    (CMAKE, "failed: missing or too old: libfoo-dev; get it with: tools/install build;"),
])
def test_a_demo_that_can_not_be_built_says_so_in_one_line(tmp_path, output, said):
    shutil.copy(ROOT / "demo", tmp_path / "demo")
    for name, text in (("tools/install", "exit 0"), ("bin/cmake", f"seq 40; echo '{output}'; exit 1")):
        path = tmp_path / name
        path.parent.mkdir()
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
    done = subprocess.run([tmp_path / "demo", "--once"], capture_output=True, text=True, timeout=20, check=False,
                          env={**os.environ, "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"})
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1 and said in done.stderr and "build/demo.log" in done.stderr, done.stderr
