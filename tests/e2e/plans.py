"""Which installations a file's tests run against."""

import pytest
from peers.ircd_hybrid import is_left_out
from peers.world import Plan

# Whether there is TLS to IRC is nothing that the XMPP server could notice.
EACH_PAIR = [Plan("prosody", "inspircd", True), Plan("ejabberd", "inspircd", False),
             Plan("prosody", "ngircd", True), Plan("ejabberd", "ngircd", True)]
EACH_SERVER_ONCE = [Plan("prosody", "inspircd", True), Plan("ejabberd", "ngircd", False)]
EACH_XMPP_SERVER = [Plan("prosody"), Plan("ejabberd")]

WITH_HYBRID = pytest.mark.skipif(is_left_out(), reason="ngIRCd is installed, and Debian lets only one of the two be")


def against(plans: list[Plan]):
    """For pytestmark: every test of the file once per plan."""
    return pytest.mark.parametrize("world", plans, indirect=True, ids=str, scope="module")
