"""Ad-hoc commands (XEP-0050) and the forms that they and rooms are filled in with."""

from peers.stanza import DATA

COMMANDS = "http://jabber.org/protocol/commands"


def form(**fields):
    entries = "".join(f"<field var='{name.replace('__', '#')}'>{values(value)}</field>" for name, value in fields.items())
    return f"<x xmlns='{DATA}' type='submit'>{entries}</x>"


def values(value):
    return "".join(f"<value>{each}</value>" for each in (value if isinstance(value, list) else [value]))


def command(client, to, node, inner="", session=""):
    attributes = f" sessionid='{session}'" if session else ""
    return client.ask(to, f"<command xmlns='{COMMANDS}' node='{node}'{attributes}>{inner}</command>", "set")


def status(answer):
    return answer.find(f"{{{COMMANDS}}}command").get("status")


def note(answer):
    return answer.text(f"{{{COMMANDS}}}command/{{{COMMANDS}}}note")
