# SPDX-License-Identifier: BSD-2-Clause
"""What the engine counted, against what in.tftpd and the phones know."""

from collections import Counter

from harness import Failure, check, same


def history(lab, mac):
    """The phone's lines, oldest first."""
    return sorted(lab.show(mac)["history"], key=lambda line: line["number"])


def check_history(lab, mac):
    """No line is lost, none is there twice, time runs forward."""
    lines = history(lab, mac)
    numbers = [line["number"] for line in lines]
    same(f"{mac}: numbers of its history", numbers,
         list(range(numbers[0], numbers[0] + len(numbers))))
    times = [line["time"] for line in lines]
    same(f"{mac}: times of its history", times, sorted(times))
    keys = [(line["time"], line["reason"], line["text"]) for line in lines]
    twice = [key for key, number in Counter(keys).items() if number > 1]
    same(f"{mac}: lines that are there twice", twice, [])


def check_counts(lab, run, mac, lost=0):
    """Images asked and fetched, to the number.

    lost: how often in.tftpd was killed: each time it may have counted one
    request that it did not live to log, and one end that nobody reported.
    """
    addresses = {event["ip"] for event in run.events(mac, "ack")}
    served = Counter(name.rpartition("/")[2]
                     for peer, name in lab.tftpd.requests()
                     if peer in addresses)
    taken = Counter(event["name"] for event in run.events(mac, "file"))
    asked, fetched = Counter(), Counter()
    for row in lab.show(mac)["files"]:
        if row["class"] == "image":
            asked[row["name"]] += row["asked"]
            fetched[row["name"]] += row["fetched"]
    wanted = {name for name in taken if name.endswith(".sbn")}
    check(wanted, f"{mac} fetched no image")
    same(f"{mac}: images it does not know of", wanted - set(asked), set())
    for name in sorted(wanted):
        _near(f"{mac}: requests of {name}", asked[name], served[name],
              served[name] + lost)
        _near(f"{mac}: fetches of {name}", fetched[name], taken[name] - lost,
              taken[name])


def _near(what, found, least, most):
    if not least <= found <= most:
        wanted = str(least) if least == most else f"{least} to {most}"
        raise Failure(f"{what}: counted {found} instead of {wanted}")
