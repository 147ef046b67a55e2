# SPDX-License-Identifier: BSD-2-Clause
"""g. A bad value is refused in a sentence that names its place and itself."""

from itertools import count

from dhcpclient import ACK
from firmware import BRIDGE_DIR
from hand import ASKS, VENDOR
from harness import case, check, laboratory, same
from lab import Lab
from net import SERVER

PHONE = "00:1b:54:00:10:01"
# Another phone each time: one that never asks a file is told its server in
# other ways after a few leases.
OTHERS = (f"00:1b:54:00:10:{number:02x}" for number in count(2))


def bad_values(good):
    """(what is changed, words of the sentence) for a few of each kind."""
    def stage(number, **changes):
        stages = [dict(s) for s in good["plans"][0]["stages"]]
        stages[number].update(changes)
        return {"plans": [dict(good["plans"][0], stages=stages)]}
    return [
        (stage(1, directory="../etc"),
         ["plans[0].stages[1].directory", "../etc"]),
        (stage(1, name="bridge"), ["plans[0].stages[1].name", "bridge"]),
        (stage(0, config="/etc/passwd"),
         ["plans[0].stages[0].config", "/etc/passwd"]),
        (stage(0, directory=BRIDGE_DIR, **{"tftp-servers": ["10.0.0.256"]}),
         ["plans[0].stages[0].tftp-servers[0]", "10.0.0.256"]),
        ({"tftp-servers": []}, ["tftp-servers"]),
        ({"tftp-servers": [SERVER, "tftp.example.net"]},
         ["tftp-servers[1]", "tftp.example.net"]),
        ({"stuck-after": 0}, ["stuck-after", "0"]),
        ({"send-options": "sometimes"}, ["send-options", "sometimes"]),
        ({"plans": [dict(good["plans"][0], strategy="jump")]},
         ["plans[0].strategy", "jump"])]


def bad_shapes():
    """What is no configuration at all: unknown keys and wrong types."""
    return [({"stuck-afer": 3}, ["stuck-afer", "stuck-after"]),
            ({"stuck-after": "three"}, ["stuck-after"]),
            ({"plans": {}}, ["plans"])]


def lease(lab, mac=None):
    mac = mac or next(OTHERS)
    with lab.inside_phone(), lab.dhcp() as client:
        _, ack = client.lease(
            mac, vendor=VENDOR.format("7906").encode(), asks=ASKS)
    return ack


def check_sentence(where, text, words):
    lines = [line for line in text.splitlines()
             if all(word in line for word in words)]
    check(lines, f"{where}: no line with {' and '.join(words)}: "
                 f"{text[-600:]}")


@case("g-start-refused")
def start_refused():
    with laboratory(Lab()) as lab:
        good = lab.kea.hook
        for changes, words in bad_values(good) + bad_shapes():
            lab.kea.hook = dict(good, **changes)
            said = lab.kea.refused()
            check(said is not None, f"Kea runs with {changes}")
            check(lab.kea.process.returncode != 0,
                  f"Kea ended with status 0 for {changes}")
            check_sentence(f"start with {changes}", said, words)
        lab.kea.hook = good
        lab.kea.start()
        same("type", lease(lab).type, ACK)


@case("g-config-set")
def config_set():
    """DHCP goes on answering, with the options of before."""
    with laboratory(Lab()) as lab:
        lab.start()
        good = lab.kea.hook
        same("servers before", lease(lab).servers(), [SERVER])
        for changes, words in bad_values(good):
            answer = lab.kea.ask("config-set", lab.kea.config(
                dict(good, **changes)))
            same(f"result of config-set with {changes}", answer["result"], 1)
            check_sentence("the answer to config-set", answer["text"], words)
            ack = lease(lab)
            same(f"type after {changes}", ack.type, ACK)
            same(f"servers after {changes}", ack.servers(), [SERVER])
            same(f"siaddr after {changes}", ack.siaddr, SERVER)
        other = dict(good, **{"tftp-servers": ["10.98.1.1", SERVER]})
        answer = lab.kea.ask("config-set", lab.kea.config(other))
        same("result of a good config-set", answer["result"], 0)
        same("servers after a good config-set", lease(lab).servers(),
             ["10.98.1.1", SERVER])


@case("g-reload-keeps-progress")
def reload_keeps_progress():
    """A reload, refused or not, moves no phone."""
    with laboratory(Lab()) as lab:
        lab.start()
        good = lab.kea.hook
        lease(lab, PHONE)
        before = lab.wait_for(PHONE, "new")
        lab.kea.ask("config-set", lab.kea.config(
            dict(good, **{"stuck-after": 0})))
        answer = lab.kea.ask("config-set", lab.kea.config(
            dict(good, **{"stuck-after": 5})))
        same("result", answer["result"], 0)
        lease(lab, PHONE)
        after = lab.phone(PHONE)
        for key in ("plan", "stage", "status", "attempts"):
            same(key, after[key], before[key])
