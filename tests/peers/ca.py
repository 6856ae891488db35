"""A certificate authority for one test run, made with the openssl command."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from .process import require


@dataclass(frozen=True)
class Certificate:
    certificate: Path
    key: Path


class TestCa:
    """`ca_file` is what clients trust. Keys are world-readable: they live for one test and servers drop privileges."""

    __test__ = False  # not a test class for pytest

    def __init__(self, directory: Path, name: str = "wherry test CA") -> None:
        self._directory = directory
        self.ca_file = directory / "ca.pem"
        self._key = directory / "ca.key"
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                      "-subj", f"/CN={name}", "-keyout", self._key, "-out", self.ca_file,
                      "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign")

    def issue(self, name: str, subject_alt_name: str = "DNS:localhost,IP:127.0.0.1", rsa: bool = False) -> Certificate:
        made = Certificate(self._directory / f"{name}.pem", self._directory / f"{name}.key")
        request = self._directory / f"{name}.csr"
        extensions = self._directory / f"{name}.ext"
        extensions.write_text(f"subjectAltName={subject_alt_name}\nextendedKeyUsage=serverAuth\n")
        kind = ["rsa:2048"] if rsa else ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        self._openssl("req", "-new", "-newkey", *kind, "-nodes",
                      "-subj", f"/CN={name}", "-keyout", made.key, "-out", request)
        self._openssl("x509", "-req", "-in", request, "-CA", self.ca_file, "-CAkey", self._key, "-CAcreateserial",
                      "-days", "2", "-extfile", extensions, "-out", made.certificate)
        made.key.chmod(0o644)
        return made

    def _openssl(self, *arguments: object) -> None:
        command = [require("openssl", "openssl"), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"openssl {arguments[0]} failed: {done.stderr.strip()}")
