# SPDX-License-Identifier: BSD-2-Clause
"""Without stageload: the same phones, the same servers, the target's files at
the top of the TFTP root.  Phones with the old key ask for ever."""

import sys
import time

import firmware
import fleet
from lab import Lab
from net import SERVER

INTRODUCTION = """\
The same phones on the same kea-dhcp4 and in.tftpd, without stageload.
{phones}
{target} lies at the top of the TFTP root, as an administrator puts it there.
"""

# Simulated seconds: a phone with the new key is done after about 350, one with
# the old key has asked its boot file four times or more.
LONG_ENOUGH = 600
LINES = 8       # of in.tftpd's log to show

# What an administrator writes who knows how option 150 must look.
KEA = {
    "next-server": SERVER,
    "option-def": [{"name": "tftp-servers-150", "code": 150, "array": True,
                    "type": "ipv4-address"}],
    "option-data": [{"name": "tftp-servers-150", "data": SERVER},
                    {"name": "tftp-server-name", "data": SERVER}],
}


def address_of(run, mac):
    for event in run.events(mac, "ack"):
        return event["ip"]
    return None


def show_loop(lab, run, phones, summary):
    """in.tftpd's own lines about a phone that asks again and again."""
    stuck = [phone["mac"] for phone in phones
             if int((summary.get(phone["mac"]) or [0] * 6)[5]) > 0]
    if not stuck:
        return
    address = address_of(run, stuck[0])
    lines = [line for line in lab.tftpd.lines()
             if f"RRQ from {address} " in line]
    print(f"in.tftpd's log about {stuck[0]} at {address}:")
    for line in lines[:LINES]:
        print("    " + line)
    if len(lines) > LINES:
        print(f"    ... {len(lines) - LINES} more, and no image is ever asked")
    print()


def watch(lab, run, began):
    shown = 0.0
    while run.running:
        if time.monotonic() - shown >= 5:
            shown = time.monotonic()
            print(f"{shown - began:6.1f} s  {len(run.events(event='reject'))} "
                  f"boot files rejected, {len(run.events(event='finished'))} "
                  f"phones finished, {len(lab.tftpd.lines())} lines in "
                  f"in.tftpd's log")
            sys.stdout.flush()
        time.sleep(0.2)
    print()


def run(count, scale):
    phones = fleet.make(count)
    print(INTRODUCTION.format(phones=fleet.describe(phones),
                              target=firmware.TARGET_LOAD))
    sys.stdout.flush()
    with Lab(hook=None, tftp_module=False, size=60000,
             top=firmware.TARGET_LOAD, **KEA) as lab:
        lab.kea.start()
        lab.tftpd.start()
        timeout = LONG_ENOUGH / scale + count / fleet.RATE
        simulated = lab.start_phones(phones, scale, timeout,
                                     *fleet.ramp(count, scale))
        watch(lab, simulated, time.monotonic())
        simulated.wait()
        summary = simulated.summary()
        show_loop(lab, simulated, phones, summary)

        def verdict(_, words):
            if words and words[6] == "finished":
                return True, "done"
            loops = words[5] if words else "?"
            return False, f"loops on its boot file ({loops} times so far)"
        return 0 if fleet.print_results(phones, simulated, verdict) else 1
