# SPDX-License-Identifier: BSD-2-Clause
"""e. What is not fetched whole never advances a phone."""

import socket
import time

import firmware
from firmware import BRIDGE_DIR, BRIDGE_LOAD, TARGET_LOAD
from hand import HandPhone
from harness import case, check, laboratory, same
from lab import Lab, brief
from net import SERVER
from servers import wait_until
from tftpclient import request

PHONE = "00:1b:54:00:0e:01"
# in.tftpd repeats a block after 0.05, 0.1, 0.2 ... s and gives up after 3.2 s.
RETRANSMIT_US = 50000
PARTS = firmware.parts(BRIDGE_LOAD)


def by_hand():
    return laboratory(Lab(retransmit_us=RETRANSMIT_US))


def file_row(lab, name):
    for row in lab.show(PHONE)["files"]:
        if row["name"] == name:
            return row
    return None


def wait_outcome(lab, name, seconds=12):
    """Until the last transfer of the file has ended; its row."""
    def ended():
        row = file_row(lab, name)
        return row if row and row["ended_at"] else None
    return wait_until(f"an end of {name}", seconds, ended, 0.1)


def check_not_advanced(lab, phone):
    """Signs of life after an incomplete load prove nothing."""
    row = lab.phone(PHONE)
    check(row["status"] in ("booting", "loading") and row["stage"] == "bridge",
          "after an incomplete load: " + brief(row))
    phone.live()
    time.sleep(0.3)
    row = lab.phone(PHONE)
    check(row["status"] not in ("climbing", "done") and row["stage"] == "bridge",
          "after signs of life: " + brief(row))


def take_but_one(phone, bad, **how):
    """All of the load, one image in another way."""
    phone.get(phone.boot_file)
    for name in PARTS:
        if name == bad:
            phone.get(name, **how)
        else:
            phone.get(name)


def take_again(lab, phone):
    """The same phone comes back and does it right: it advances."""
    time.sleep(1.2)     # past the attempt's window: a reboot takes longer
    phone.take(BRIDGE_LOAD)
    lab.wait_for(PHONE, "flashing", 5, stage="bridge")
    phone.live()
    lab.wait_for(PHONE, "climbing", 5, stage="target")


@case("e-aborted")
def aborted():
    for bad in (PARTS[1], PARTS[-1]):
        with by_hand() as lab:
            lab.start()
            phone = HandPhone(lab, PHONE).lease()
            take_but_one(phone, bad, abort_at=5)
            row = wait_outcome(lab, bad)
            same("fetched", (row["fetched"], row["failed"]), (0, 1))
            check_not_advanced(lab, phone)
            take_again(lab, phone)


def lose_last_ack(lab, phone, bad):
    """All of the load but the last ACK of one image, which is lost."""
    port = 20202
    phone.get(phone.boot_file)
    for name in PARTS:
        if name != bad:
            phone.get(name)
            continue
        phone.get(name, drop_last_ack=True, source_port=port)
        # Somebody who takes what comes and answers nothing, no ICMP either.
        with lab.inside_phone(), socket.socket(
                socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind((phone.ip, port))
            row = wait_outcome(lab, bad)
            same(f"last ACK of {bad} lost: fetched and outcome",
                 (row["fetched"], row["outcome"]), (0, "unconfirmed"))


@case("e-missing-last-ack")
def missing_last_ack():
    """The phone has all of it, but nobody can know."""
    for bad in (PARTS[0], PARTS[-1]):
        with by_hand() as lab:
            lab.start()
            phone = HandPhone(lab, PHONE).lease()
            lose_last_ack(lab, phone, bad)
            check_not_advanced(lab, phone)
            take_again(lab, phone)


@case("e-gone-before-last-ack")
def gone_before_last_ack():
    """The same, but the phone's host says that nobody is there."""
    with by_hand() as lab:
        lab.start()
        phone = HandPhone(lab, PHONE).lease()
        take_but_one(phone, PARTS[-1], drop_last_ack=True)
        row = wait_outcome(lab, PARTS[-1])
        same("fetched", row["fetched"], 0)
        check_not_advanced(lab, phone)
        take_again(lab, phone)


@case("e-vanished")
def vanished():
    """The phone's socket is gone midway: ICMP, no TFTP error."""
    with by_hand() as lab:
        lab.start()
        phone = HandPhone(lab, PHONE).lease()
        take_but_one(phone, PARTS[2], vanish_at=5)
        row = wait_outcome(lab, PARTS[2])
        same("fetched", row["fetched"], 0)
        check_not_advanced(lab, phone)
        take_again(lab, phone)


@case("e-duplicate")
def duplicate():
    """Each request twice: two transfers, one is refused; counted as one."""
    with by_hand() as lab:
        lab.start()
        phone = HandPhone(lab, PHONE).lease()
        for _ in range(2):
            phone.get(phone.boot_file, duplicate=True)
        row = lab.phone(PHONE)
        same("attempts", (row["status"], row["attempts"]), ("booting", 0))
        # The window passes with five requests of the boot file in it.
        phone.get(phone.boot_file, duplicate=True)
        lab.wait_for(PHONE, "booting", 5, attempts=1, stage="bridge")

        phone.get(phone.boot_file, duplicate=True)
        for name in PARTS[:-1]:
            same(name, phone.get(name, duplicate=True),
                 lab.file(BRIDGE_DIR, name))
        time.sleep(0.5)
        row = lab.phone(PHONE)
        check(row["status"] in ("booting", "loading"),
              f"four of five parts, each asked twice: {brief(row)}")
        phone.get(PARTS[-1], duplicate=True)
        lab.wait_for(PHONE, "flashing", 5, stage="bridge")
        phone.live()
        lab.wait_for(PHONE, "climbing", 5, stage="target")
        # Advanced by one stage, not by two.
        same("stage", lab.phone(PHONE)["stage_number"], 2)


@case("e-late-duplicate")
def late_duplicate():
    """The network delivers a request again when all is fetched: no news."""
    with by_hand() as lab:
        lab.start()
        phone = HandPhone(lab, PHONE).lease()
        phone.take(BRIDGE_LOAD)
        lab.wait_for(PHONE, "flashing", 5, stage="bridge")
        with lab.inside_phone():
            # Sent and not listened to, as for a phone that has gone on.
            phone.tftp.exchange(SERVER, request(PARTS[-1]), phone.ip)
        time.sleep(1)
        row = lab.phone(PHONE)
        same("status after a late duplicate", row["status"], "flashing")
        phone.live()
        lab.wait_for(PHONE, "climbing", 5, stage="target")


@case("e-size-probe")
def size_probe():
    """tsize asked and broken off: no transfer and no failure of one."""
    with by_hand() as lab:
        lab.start()
        phone = HandPhone(lab, PHONE).lease()
        phone.get(phone.boot_file)
        for name in PARTS:
            phone.get(name, options={"tsize": 0}, abort_after_oack=True)
        time.sleep(0.5)
        check_not_advanced(lab, phone)
        take_again(lab, phone)


@case("e-simulated")
def simulated():
    """Phones with each bad habit, together: all arrive, none too early."""
    phones = [
        {"mac": "00:1b:54:00:0e:11", "key": "old", "abort": 2},
        {"mac": "00:1b:54:00:0e:12", "key": "old", "abort": 5},
        {"mac": "00:1b:54:00:0e:13", "key": "old", "dup": 1},
        {"mac": "00:1b:54:00:0e:14", "key": "old", "powerloss": 1},
        {"mac": "00:1b:54:00:0e:15", "key": "old", "vanish": 3},
        {"mac": "00:1b:54:00:0e:16", "key": "old", "lastack": 4}]
    with by_hand() as lab:
        lab.start()
        status, run = lab.phones(phones, 50, 100)
        same("exit status of the simulator", status, 0)
        for phone in phones:
            lab.wait_for(phone["mac"], "done", 5)
            same(phone["mac"] + " runs", run.summary()[phone["mac"]][2],
                 TARGET_LOAD)
        same("wrong octets", run.events(event="wrong-bytes"), [])
        broken = run.events(event="abort")
        same("transfers broken off", len(broken), 3)
        for event in broken:
            check_was_not_early(lab, event)


def check_was_not_early(lab, broken):
    """No step up between the broken transfer and the whole load."""
    names = [line["reason"] for line in sorted(
        lab.show(broken["mac"])["history"], key=lambda line: line["number"])]
    first = names.index("runs-stage")
    check("all-sent" in names[:first],
          f"{broken['mac']} stepped up before all was sent: {names}")
