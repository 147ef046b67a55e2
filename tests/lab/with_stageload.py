# SPDX-License-Identifier: BSD-2-Clause
"""With stageload: every phone climbs to its target by itself."""

import subprocess
import sys
import time

import firmware
import fleet
from lab import Lab
from servers import ServerError, wait_until

INTRODUCTION = """\
stageload's laboratory: the real kea-dhcp4 with libdhcp_stageload.so, the real
in.tftpd with tftp_stageload.so, and `stageload run`, in network namespaces.
{phones}
Plan: {bridge} first (its loader knows both keys), then {target}.
Look-alike files stand for the firmware; a minute of the phones takes {minute:.1f} s.
"""

PLAN = {"stages": [
    {"name": "bridge", "directory": firmware.BRIDGE_DIR,
     "config": "bridge.cnf.xml"},
    {"name": "target", "directory": firmware.TARGET_DIR,
     "config": "target.cnf.xml"}]}

# Simulated seconds, in a phone's own time: from the first stage to the last
# with an accident on the way it needs about 1100.
LONGEST = 3000
# A phone flashes for 300 s, and the engine wants to know how long that is.
HOLD_DOWN = 450


def scaled(seconds, scale):
    return max(1, round(seconds / scale))


def make_lab(scale):
    return Lab(hook={
        "plan": PLAN,
        "attempt-window": scaled(20, scale),
        "hold-down": scaled(HOLD_DOWN, scale),
        "stuck-after": 3}, size=60000)


def progress(lab, began):
    """One line for a log file: how many phones are where."""
    counts = lab.status()["counts"]
    text = ", ".join(f"{n} {status}" for status, n in counts.items() if n)
    print(f"{time.monotonic() - began:6.1f} s  {text or 'no phone yet'}")
    sys.stdout.flush()


def watch_on_terminal(lab, run):
    """`stageload status --watch` for as long as the phones work."""
    table = subprocess.Popen(lab.net.command(
        lab.net.server, lab.engine.command, "--state", lab.state,
        "status", "--watch"))
    try:
        while run.running and table.poll() is None:
            time.sleep(0.2)
        time.sleep(1.5)
    finally:
        if table.poll() is None:
            table.terminate()
        table.wait()
    print()


def watch_in_lines(lab, run, began):
    shown = 0.0
    while run.running:
        if time.monotonic() - shown >= 5:
            shown = time.monotonic()
            progress(lab, began)
        time.sleep(0.2)
    progress(lab, began)


def settle(lab, phones):
    """The last events of the phones are a few milliseconds away."""
    def all_done():
        counts = lab.status()["counts"]
        return counts.get("done", 0) == len(phones)
    try:
        wait_until("every phone is done", 5, all_done, 0.1)
    except ServerError:
        pass
    return {row["mac"]: row for row in lab.status()["phones"]}


def show(lab, phones, scale):
    timeout = LONGEST / scale + len(phones) / fleet.RATE
    began = time.monotonic()
    run = lab.start_phones(phones, scale, timeout,
                           *fleet.ramp(len(phones), scale))
    if sys.stdout.isatty():
        watch_on_terminal(lab, run)
    else:
        watch_in_lines(lab, run, began)
    run.wait()
    rows = settle(lab, phones)

    def verdict(phone, words):
        row = rows.get(phone["mac"])
        status = row["status"] if row else "unknown to the engine"
        finished = bool(words) and words[6] == "finished"
        if status == "done" and not finished:
            return False, "done, says the engine; the phone has not finished"
        return status == "done" and finished, status

    good = fleet.print_results(phones, run, verdict)
    if not good:
        print(lab.tails())
    return 0 if good else 1


def run(count, scale):
    phones = fleet.make(count)
    print(INTRODUCTION.format(
        phones=fleet.describe(phones), bridge=firmware.BRIDGE_LOAD,
        target=firmware.TARGET_LOAD, minute=60 / scale))
    sys.stdout.flush()
    with make_lab(scale) as lab:
        lab.start()
        status = show(lab, phones, scale)
    if status == 0:
        print("`make run STAGELOAD=off` shows the same phones without it.")
    return status
