# SPDX-License-Identifier: BSD-2-Clause
"""d. Strategy probe: the target first, down when stuck, and up again."""

import time

import firmware
from firmware import BRIDGE_DIR, BRIDGE_LOAD, TARGET_DIR, TARGET_LOAD
from hand import HandPhone
from harness import case, check, laboratory, same
from lab import Lab, brief

OLD, NEW = "00:1b:54:00:0d:01", "00:1b:54:00:0d:02"
PROBE = {"plan": {"strategy": "probe"}}


def boot_files_by_stage(lab, address):
    """Which stage's boot file each request was answered with, in order."""
    directories = {BRIDGE_DIR: "bridge", TARGET_DIR: "target"}
    return [directories.get(name.rpartition("/")[0], "none")
            for peer, name in lab.tftpd.requests()
            if peer == address and name.endswith("term06.default.loads")
            and name != "term06.default.loads"]


@case("d-probe")
def probe():
    with laboratory(Lab(PROBE)) as lab:
        lab.start()
        status, run = lab.phones(
            [{"mac": OLD, "model": "7906", "key": "old"},
             {"mac": NEW, "model": "7906", "key": "new"}], 60, 80)
        same("exit status of the simulator", status, 0)
        for mac in (OLD, NEW):
            lab.wait_for(mac, "done", 5)
        same("wrong octets", run.events(event="wrong-bytes"), [])
        new = [event["name"] for event in run.events(NEW, "file")]
        check(firmware.parts(BRIDGE_LOAD)[0] not in new,
              "the phone with the new key was sent to the bridge")
        same("loads that run", [run.summary()[mac][2] for mac in (OLD, NEW)],
             [TARGET_LOAD, TARGET_LOAD])

        address = run.events(OLD, "ack")[0]["ip"]
        served = boot_files_by_stage(lab, address)
        same("stage of the last boot file", served[-1:], ["bridge"])
        # A phone rejects both requests of a pair; the first one of all may
        # have come before the engine knew the lease.
        target = served.count("target")
        check(5 <= target <= 6 and "target" not in served[target:],
              f"boot files came from {served}, not from the target in three "
              f"pairs and then from the bridge")
        downs = [line for line in lab.show(OLD)["history"]
                 if line["reason"] == "stepped-down"]
        same("steps down", len(downs), 1)


@case("d-pair-is-one-attempt")
def pair():
    """By hand: two requests within the window are one attempt."""
    with laboratory(Lab(dict(PROBE, **{"attempt-window": 2}))) as lab:
        lab.start()
        phone = HandPhone(lab, OLD).lease()
        for number in (1, 2, 3):
            for _ in range(2):
                same(f"boot file, attempt {number}",
                     phone.get(phone.boot_file),
                     lab.file(TARGET_DIR, phone.boot_file))
                time.sleep(0.3)
            row = lab.phone(OLD)
            same(f"attempts counted before window {number} has passed",
                 (row["stage"], row["attempts"]), ("target", number - 1))
            if number < 3:
                lab.wait_for(OLD, "booting", 5, attempts=number)
        row = lab.wait_for(OLD, "booting", 5, stage="bridge")
        same("attempts at the bridge", row["attempts"], 0)
        same("boot file of the bridge", phone.get(phone.boot_file),
             lab.file(BRIDGE_DIR, phone.boot_file))


@case("d-stuck")
def stuck():
    """No stage below: stuck, and it says so; an image frees it."""
    with laboratory(Lab({"stuck-after": 2})) as lab:
        lab.start()
        phone = HandPhone(lab, OLD).lease()
        for _ in range(2):
            phone.get(phone.boot_file)
            time.sleep(1.5)
        row = lab.wait_for(OLD, "stuck", 5)
        check(row["reason_text"], "no reason is given")
        phone.take(BRIDGE_LOAD)
        row = lab.wait_for(OLD, "flashing", 5)
        same("after all: " + brief(row), row["stage"], "bridge")
