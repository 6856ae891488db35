"""The program as an operator and systemd see it: exit status, what it prints, what it tells systemd."""

import os
import signal
import socket
import sqlite3
import subprocess

import pytest
from peers.process import free_port
from peers.wherry import program

NOBODY = 65534
CONFIG = """\
[database]
path = "{database}"
[[component]]
type = "irc"
domain = "irc.example.test"
port = {port}
secret = "secret"
any_irc_server = true
"""


def call(*words, **options):
    return subprocess.run([program(), *words], capture_output=True, text=True, timeout=20, check=False, **options)


@pytest.fixture
def config(tmp_path):
    made = tmp_path / "wherry.toml"
    made.write_text(CONFIG.format(database=tmp_path / "wherry.db", port=free_port()))
    return made


@pytest.fixture
def bad_config(config):
    config.write_text(config.read_text().replace("port", "prot"))
    return config


class Service:
    """`wherry run` with a notification socket, as systemd starts it."""

    def __init__(self, config, **env):
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notify.bind("")
        self.notify.settimeout(10)
        address = "@" + self.notify.getsockname()[1:].decode()
        self.process = subprocess.Popen([program(), "run", "--config", config], stderr=subprocess.PIPE, text=True,
                                        env={**os.environ, "NOTIFY_SOCKET": address, **env})

    def wait_for(self, word):
        while word not in self.notify.recv(4096).decode().split("\n"):
            pass

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(5)
        self.notify.close()
        return status, self.process.communicate()[1]


def test_version_and_help_are_printed_and_succeed():
    for words in (["version"], ["--version"]):
        done = call(*words)
        assert (done.returncode, done.stderr) == (0, "") and done.stdout.startswith("wherry ")
    for words in (["help"], ["--help"], ["-h"]):
        done = call(*words)
        assert (done.returncode, done.stderr) == (0, "") and done.stdout.startswith("Usage: wherry run")


@pytest.mark.parametrize("words", [[], ["rnu"], ["check", "--cofnig", "a"], ["run", "--config"], ["version", "now"]])
def test_wrong_usage_is_explained_and_exits_with_2(words):
    done = call(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("wherry: ") and "Usage:" in done.stderr


def test_check_says_ok(config):
    done = call("check", "--config", config)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{config}: OK, 1 component(s)\n", "")


@pytest.mark.parametrize("command", ["check", "run"])
def test_a_wrong_configuration_is_named_by_its_place_and_exits_with_2(bad_config, command):
    done = call(command, "--config", bad_config)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f'{bad_config}:6:1: unknown key "prot" in [[component]]; write "port"\n'
    assert not (bad_config.parent / "wherry.db").exists()


@pytest.mark.parametrize("line", ['admins = ["a@-..-"]', 'access = "allowlist"\nallow = ["a b@x"]'])
def test_check_knows_what_an_address_is(config, line):
    config.write_text(config.read_text() + line + "\n")
    for command in ("check", "run"):
        done = call(command, "--config", config)
        assert done.returncode == 2 and "is not an address" in done.stderr


def test_a_missing_configuration_exits_with_2(tmp_path):
    done = call("check", "--config", tmp_path / "nothing.toml")
    assert done.returncode == 2 and "the file can't be read" in done.stderr


@pytest.fixture
def database(config):
    service = Service(config)
    service.wait_for("READY=1")
    assert service.stop()[0] == 0
    return config.parent / "wherry.db"


def test_a_newer_database_is_left_alone(config, database):
    with sqlite3.connect(database) as opened:
        opened.execute("PRAGMA user_version = 99")
    opened.close()
    before = database.read_bytes()
    done = call("run", "--config", config)
    assert done.returncode == 1 and "made by a newer wherry" in done.stderr
    assert database.read_bytes() == before


def test_a_read_only_database_is_refused(config, database):
    for path in (*config.parent.iterdir(), config.parent, *list(config.parent.parents)[:3]):
        path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
    database.chmod(0o444)
    before = database.read_bytes()
    done = call("run", "--config", config, **({"user": NOBODY} if os.getuid() == 0 else {}))
    assert done.returncode == 1 and "it is read-only" in done.stderr, done.stderr
    assert database.read_bytes() == before


def test_a_port_in_use_is_said(config):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        config.write_text(f'[http]\nlisten = "127.0.0.1:{port}"\n{config.read_text()}')
        done = call("run", "--config", config)
    assert done.returncode == 1 and f"can't listen at 127.0.0.1 port {port}" in done.stderr


def test_systemd_is_told(config):
    service = Service(config, WATCHDOG_USEC="400000")
    service.wait_for("READY=1")
    for _ in range(3):
        service.wait_for("WATCHDOG=1")
    service.process.send_signal(signal.SIGTERM)
    service.wait_for("STOPPING=1")
    assert service.stop()[0] == 0


def test_without_a_watchdog_none_is_fed(config):
    service = Service(config)
    service.wait_for("READY=1")
    service.notify.settimeout(0.5)
    with pytest.raises(TimeoutError):
        service.wait_for("WATCHDOG=1")
    assert service.stop()[0] == 0
