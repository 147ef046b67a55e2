# SPDX-License-Identifier: BSD-2-Clause
"""f. kill -9 of anything, midway: nothing is lost, nothing counts twice."""

import time
from datetime import datetime, timezone

from counts import check_counts, check_history, history
from firmware import TARGET_LOAD
from harness import case, check, laboratory, same
from lab import Lab

SCALE = 40      # flashing lasts 7.5 s, a climb about 20 s


def fleet(count):
    return [{"mac": f"00:1b:54:00:0f:{index:02x}", "key": "old",
             "model": ("7906", "7911")[index % 2], "delay": index * 12}
            for index in range(count)]


def all_arrive(lab, run, phones, lost=0):
    status = run.wait()
    same("exit status of the simulator", status, 0)
    same("wrong octets", run.events(event="wrong-bytes"), [])
    for phone in phones:
        mac = phone["mac"]
        lab.wait_for(mac, "done", 10, stage="target")
        same(f"{mac} runs", run.summary()[mac][2], TARGET_LOAD)
        check_history(lab, mac)
        check_counts(lab, run, mac, lost)


def pause(run, seconds):
    """False when the phones have ended meanwhile."""
    end = time.monotonic() + seconds
    while run.running and time.monotonic() < end:
        time.sleep(0.02)
    return run.running


@case("f-engine-killed")
def engine_killed():
    phones = fleet(6)
    with laboratory(Lab()) as lab:
        lab.start()
        run = lab.start_phones(phones, SCALE, 80)
        kills = 0
        while pause(run, 0.7 + 0.13 * (kills % 5)):
            known = [row["mac"] for row in lab.status()["phones"]]
            before = {mac: history(lab, mac) for mac in known}
            lab.engine.kill9()
            kills += 1
            pause(run, 0.1 * (kills % 3))
            lab.engine.start()
            for mac, lines in before.items():
                same(f"{mac}: history after kill {kills}",
                     history(lab, mac)[:len(lines)], lines)
        check(kills >= 5, f"only {kills} kills")
        all_arrive(lab, run, phones)


@case("f-tftpd-killed")
def tftpd_killed():
    """The listener; transfers that run end in their own processes."""
    phones = fleet(6)
    with laboratory(Lab()) as lab:
        lab.start()
        run = lab.start_phones(phones, SCALE, 100)
        kills = 0
        while pause(run, 0.5 + 0.11 * (kills % 4)):
            lab.tftpd.kill9()
            kills += 1
            lab.tftpd.start()
        check(kills >= 5, f"only {kills} kills")
        all_arrive(lab, run, phones, kills)


@case("f-transfers-killed")
def transfers_killed():
    """in.tftpd with its children, while every phone is loading."""
    phones = fleet(4)
    with laboratory(Lab(size=60000)) as lab:
        lab.start()
        run = lab.start_phones(phones, SCALE, 100)
        kills = 0
        for seconds in (0.4, 0.3, 0.5, 0.3):
            if pause(run, seconds):
                lab.tftpd.kill9(children=True)
                kills += 1
                lab.tftpd.start()
        all_arrive(lab, run, phones, kills)


@case("f-kea-killed")
def kea_killed():
    """While phones come up one after the other."""
    phones = fleet(8)
    with laboratory(Lab()) as lab:
        lab.start()
        run = lab.start_phones(phones, SCALE, 80)
        kills = 0
        for seconds in (0.35, 0.5, 0.4, 0.7, 5.0, 2.0):
            if pause(run, seconds):
                lab.kea.kill9()
                kills += 1
                pause(run, 0.2)
                lab.kea.start()
        check(kills >= 4, f"only {kills} kills")
        all_arrive(lab, run, phones)
        for phone in phones:
            first = [line for line in history(lab, phone["mac"])
                     if line["reason"] == "first-seen"]
            same(phone["mac"] + ": times it was seen first", len(first), 1)


@case("f-all-killed")
def all_killed():
    """As when the machine loses power, three times."""
    phones = fleet(4)
    with laboratory(Lab()) as lab:
        lab.start()
        run = lab.start_phones(phones, SCALE, 120)
        kills = 0
        for seconds in (1.0, 6.0, 5.0):
            if not pause(run, seconds):
                break
            lab.engine.kill9()
            lab.tftpd.kill9(children=True)
            lab.kea.kill9()
            kills += 1
            lab.tftpd.start()
            lab.kea.start()
            pause(run, 0.3)
            lab.engine.start()
        check(kills >= 2, f"only {kills} kills")
        all_arrive(lab, run, phones, kills)


@case("f-engine-away")
def engine_away():
    """Both servers go on alone; what happened is caught up afterwards."""
    phones = fleet(3)
    with laboratory(Lab()) as lab:
        lab.start()
        run = lab.start_phones(phones, SCALE, 80)
        for phone in phones:
            lab.wait_for(phone["mac"], "loading", 10)
        lab.engine.kill9()
        stopped = {phone["mac"]: history(lab, phone["mac"])
                   for phone in phones}
        same("exit status of the simulator", run.wait(), 0)
        for mac, lines in stopped.items():
            same(f"{mac}: history while the engine is away",
                 history(lab, mac), lines)
        time.sleep(1.5)
        back = datetime.now(timezone.utc)
        lab.engine.start()
        all_arrive(lab, run, phones)
        for mac in stopped:
            last = history(lab, mac)[-1]
            when = datetime.fromisoformat(last["time"].replace("Z", "+00:00"))
            check(when < back, f"{mac}: done at {last['time']}, which is when "
                               f"the engine came back and not when it was")
        check(lab.kea.running and lab.tftpd.running, "a server has ended")


@case("f-engine-never")
def engine_never():
    """Phones that nobody knows get the static options and plain files; their
    leases are known when the engine starts."""
    with laboratory(Lab(top=TARGET_LOAD)) as lab:
        lab.kea.start()
        lab.tftpd.start()
        status, run = lab.phones(
            [{"mac": "00:1b:54:00:0f:01", "key": "new"}], SCALE, 30)
        same("exit status of the simulator", status, 0)
        lab.engine.start()
        lab.wait_configured()
        lab.wait_for("00:1b:54:00:0f:01", "new", 10, stage="bridge")
