"""Users with telephone numbers that no other test of the file uses."""

from peers.stanza import RECEIPTS, REGISTER
from peers.wherry import SMS_DOMAIN

ASK_RECEIPT = f"<request xmlns='{RECEIPTS}'/>"


class Numbers:
    """Telephone numbers that no other test uses."""

    def __init__(self):
        self._next = 15550100000

    def take(self, prefix="+1555"):
        self._next += 1
        return prefix + str(self._next)[-7:] if prefix == "+1555" else prefix + str(self._next)[-4:]


def register(client, number):
    return client.ask(SMS_DOMAIN, f"<query xmlns='{REGISTER}'><phone>{number}</phone></query>", "set")
