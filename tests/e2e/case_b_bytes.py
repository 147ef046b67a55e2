# SPDX-License-Identifier: BSD-2-Clause
"""b. The same name at the same moment: each phone gets its own stage's file."""

import firmware
from firmware import BRIDGE_DIR, BRIDGE_LOAD, PLAIN_LOAD, TARGET_DIR
from hand import HandPhone
from harness import case, check, laboratory, same
from lab import Lab, at_once
from net import SERVER
from tftpclient import TftpClient

ROUNDS = 25
STRANGER = "10.99.0.77"


def get_as_stranger(lab, name):
    with lab.inside_phone():
        return TftpClient().get(SERVER, name, source_ip=STRANGER)


@case("b-same-name")
def same_name():
    with laboratory(Lab(top=PLAIN_LOAD)) as lab:
        lab.start()
        low = HandPhone(lab, "02:0b:00:00:00:01").lease()
        high = HandPhone(lab, "02:0b:00:00:00:02").lease()
        high.take(BRIDGE_LOAD)
        lab.wait_for(high.mac, "flashing", stage="bridge")
        high.live()
        lab.wait_for(high.mac, "climbing", stage="target")

        name = low.boot_file
        at_bridge = lab.file(BRIDGE_DIR, name)
        at_target = lab.file(TARGET_DIR, name)
        plain = lab.file(name)
        check(len({at_bridge, at_target, plain}) == 3,
              "the three files are not different")
        for number in range(ROUNDS):
            got = at_once(lambda: low.get(name), lambda: high.get(name),
                          lambda: get_as_stranger(lab, name))
            same(f"round {number}, phone at bridge", got[0], at_bridge)
            same(f"round {number}, phone at target", got[1], at_target)
            same(f"round {number}, no phone", got[2], plain)
            # Within the attempt's window, so that no attempt is counted.
            if number % 5 == 4:
                low.get(firmware.parts(BRIDGE_LOAD)[0])


@case("b-stranger")
def stranger():
    """Whoever is no phone gets every file as in.tftpd alone gives it."""
    names = ["term06.default.loads", "XMLDefault.cnf.xml",
             "term11.default.loads", f"{BRIDGE_DIR}/term06.default.loads",
             firmware.parts(PLAIN_LOAD)[0]]
    # Not the file of a phone that is known: its name says whose it is.
    missing = ["SEP020B00000099.cnf.xml", firmware.parts(BRIDGE_LOAD)[0],
               "SIP11.9-4-2SR1-1S.loads", "../state/journal", "/etc/passwd"]
    answers = []
    for module in (False, True):
        with laboratory(Lab(tftp_module=module, top=PLAIN_LOAD)) as lab:
            lab.start()
            HandPhone(lab, "02:0b:00:00:00:01").lease()
            for name in names:
                same(name, get_as_stranger(lab, name), lab.file(name))
            answers.append([])
            with lab.inside_phone():
                for name in names + missing:
                    packet = b"\0\1" + name.encode() + b"\0octet\0"
                    answers[-1].append(TftpClient().exchange(
                        SERVER, packet, source_ip=STRANGER))
    for name, one, other in zip(names + missing, *answers):
        same(f"first packet for {name}", other, one)
