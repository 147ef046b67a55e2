# SPDX-License-Identifier: BSD-2-Clause
"""k. max-active: two phones load at once, the others are told to wait."""

import time

from hand import HandPhone
from harness import case, check, laboratory, same
from lab import Lab, brief
from servers import wait_until
from tftpclient import TftpError

MACS = [f"00:1b:54:00:0d:{n:02x}" for n in range(1, 9)]
LOADING = ("booting", "loading")
BUSY = (0, "busy, retry")
TURN_S = 5                      # five windows of attempts


def watch(lab, run, most):
    """Polls status until the phones are through; the times it looked."""
    looked, attempts = 0, 0
    end = time.monotonic() + 110
    while run.running and time.monotonic() < end:
        rows = lab.status()["phones"]
        loading = [row for row in rows if row["status"] in LOADING]
        check(len(loading) <= most,
              f"{len(loading)} phones are loading: "
              + ", ".join(map(brief, loading)))
        attempts = max([attempts] + [row["attempts"] for row in rows])
        looked += 1
        time.sleep(0.05)
    same("attempts counted", attempts, 0)
    return looked


def loads(run):
    """(begin, end, mac) of each load: first image asked to last fetched."""
    found, begun = [], {}
    for event in run.events():
        mac, name = event["mac"], event.get("name", "")
        if event["event"] == "rrq" and name.endswith(".sbn"):
            begun.setdefault(mac, event["t"])
        elif event["event"] == "flash":
            found.append((begun.pop(mac), event["t"], mac))
    same("loads that were not finished", begun, {})
    return found


def most_at_once(spans):
    steps = sorted([(begin, 1) for begin, _, _ in spans]
                   + [(end, -1) for _, end, _ in spans])
    now = most = 0
    for _, step in steps:
        now += step
        most = max(most, now)
    return most


@case("k-two-of-eight", 180)
def two_of_eight():
    """Eight phones come at once; each arrives, two load at a time."""
    with laboratory(Lab({"max-active": 2})) as lab:
        lab.start()
        run = lab.start_phones(
            [{"mac": mac, "model": "7906", "key": "old"} for mac in MACS],
            60, 120)
        looked = watch(lab, run, 2)
        same("exit status of the simulator", run.wait(), 0)
        check(looked > 20, f"looked at the phones only {looked} times")
        for mac in MACS:
            row = lab.wait_for(mac, "done", 5)
            same(mac + ": stage", row["stage"], "target")
        spans = loads(run)
        same("loads", len(spans), 2 * len(MACS))
        check(most_at_once(spans) <= 2,
              f"{most_at_once(spans)} phones fetched images at once")
        check_told_to_wait(run)
        same("wrong octets", run.events(event="wrong-bytes"), [])
        check_history(lab)


def check_told_to_wait(run):
    refused = [event for event in run.events(event="error")
               if event["name"].endswith((".loads", ".sbn"))]
    # At this scale a phone asks 17 ms after its ACK: one or the other may be
    # quicker than the engine, and its first request goes as asked.
    quick = [event for event in refused if event["code"] == 1
             and event["name"] == "term06.default.loads"]
    check(len(quick) <= 2, f"{len(quick)} phones were quicker than the engine")
    for event in refused:
        if event not in quick:
            same("answer to " + event["name"],
                 (event["code"], event["text"]), BUSY)
    denied = {event["mac"] for event in refused}
    check(len(denied) >= len(MACS) - 2,
          f"only {len(denied)} phones were told to wait")
    # Before any of them, the first two were served.
    boots = {}
    for event in run.events():
        if event["event"] in ("file", "error") \
                and event["name"] == "term06.default.loads":
            boots.setdefault(event["mac"], event["event"])
    served = list(boots.values()).count("file")
    check(served <= 2, f"{served} phones were served at once")


def check_history(lab):
    """It tells who waited, and no vain attempt of anybody."""
    waited = 0
    for mac in MACS:
        reasons = [line["reason"] for line in lab.show(mac)["history"]]
        waited += "waiting" in reasons
        check(not {"no-image", "stepped-down", "no-stage-left"} & set(reasons),
              f"{mac} made vain attempts: {reasons}")
    check(waited >= len(MACS) - 2, f"history tells of {waited} that waited")


def told(phone, name):
    try:
        phone.get(name)
    except TftpError as error:
        return error.code, error.text
    return "served"


@case("k-passes-on", 60)
def passes_on():
    """A phone that is switched off loses its turn; forgetting one works too."""
    with laboratory(Lab({"max-active": 1})) as lab:
        lab.start()
        phones = [HandPhone(lab, mac).lease() for mac in MACS[:3]]
        same("first", told(phones[0], phones[0].boot_file), "served")
        for phone in phones[1:]:
            same(phone.mac, told(phone, phone.boot_file), BUSY)
            same(phone.mac + ": image", told(phone, "jar11sccp.8-5-2TH1-9.sbn"),
                 BUSY)
            # What a running phone asks is served.
            same(phone.mac + ": configuration", told(phone,
                 f"SEP{phone.mac.replace(':', '').upper()}.cnf.xml"), "served")
            row = lab.phone(phone.mac)
            same(phone.mac, (row["status"], row["attempts"], row["reason"]),
                 ("new", 0, "waiting"))
            check("waits for its turn since" in row["reason_text"],
                  row["reason_text"])
        lab.command("forget", phones[1].mac)
        # The first is off: the third has its turn when five windows passed.
        end = time.monotonic() + TURN_S + 10
        while told(phones[2], phones[2].boot_file) == BUSY:
            check(time.monotonic() < end, "the turn is not passed on")
            time.sleep(0.25)
        lab.wait_for(phones[2].mac, "booting", 5, attempts=0)
        phones[0].lease(seen=False)
        lab.wait_for(phones[0].mac, "booting", 5, reason="waiting")
        same("first, back again", told(phones[0], phones[0].boot_file), BUSY)


@case("k-limit-changes", 60)
def limit_changes():
    """max-active: 1, none, and 1 again; with a restart of the engine."""
    with laboratory(Lab({"max-active": 1})) as lab:
        lab.start()
        phones = [HandPhone(lab, mac).lease() for mac in MACS[:3]]
        same("second", told(phones[1], phones[1].boot_file), BUSY)
        lab.engine.kill9()
        same("second, engine killed", told(phones[1], phones[1].boot_file),
             BUSY)
        lab.engine.start()
        same("second, engine again", told(phones[1], phones[1].boot_file),
             BUSY)
        same("first", told(phones[0], phones[0].boot_file), "served")
        reload(lab, 0)
        for phone in phones[1:]:
            wait_served(phone)
            lab.wait_for(phone.mac, "booting", 5, attempts=0)
        reload(lab, 1)
        late = HandPhone(lab, MACS[3]).lease()
        same("fourth", told(late, late.boot_file), BUSY)
        for phone in phones:
            same(phone.mac + ", which loads already",
                 told(phone, phone.boot_file), "served")


def reload(lab, limit):
    """Returns when the engine has taken it."""
    taken = "configuration taken"
    before = lab.engine.log().count(taken)
    config = lab.kea.config(lab.parameters(**{"max-active": limit}))
    answer = lab.kea.ask("config-set", config)
    same("result of config-set", answer["result"], 0)
    wait_until("the engine takes the configuration", 10,
               lambda: lab.engine.log().count(taken) > before)


def wait_served(phone, seconds=10):
    end = time.monotonic() + seconds
    while told(phone, phone.boot_file) == BUSY:
        check(time.monotonic() < end, f"{phone.mac} waits still")
        time.sleep(0.1)
