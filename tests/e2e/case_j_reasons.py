# SPDX-License-Identifier: BSD-2-Clause
"""j. `stageload why` names the reason of each phone that does not move."""

import os
import time

import firmware
from firmware import BRIDGE_DIR, BRIDGE_LOAD, TARGET_DIR, TARGET_LOAD
from hand import HandPhone
from harness import case, check, laboratory, same
from lab import Lab, default_stages
from servers import ServerError, wait_until

PARTS = firmware.parts(BRIDGE_LOAD)
BAD = PARTS[1]
MAC = "00:1b:54:00:0a:{:02x}".format
ELSEWHERE = "198.51.100.7"


class Broken:
    """Directories of firmware with one thing wrong in each, and a plan for
    each by the MAC of the phone that meets it."""

    def __init__(self):
        self.plans, self.made = [], []
        self.next = 0x80

    def add(self, name, spoil, **stage):
        mac = MAC(self.next)
        self.next += 1
        self.plans.append({
            "name": name, "macs": [mac], "strategy": "climb", "stages": [
                dict({"name": "bridge", "directory": name}, **stage),
                {"name": "target", "directory": TARGET_DIR}]})
        self.made.append((name, spoil))
        return mac

    def make(self, root):
        for name, spoil in self.made:
            directory = os.path.join(root, name)
            firmware.make_load(directory, BRIDGE_LOAD, 2000)
            spoil(directory)


def remove(name):
    return lambda directory: os.remove(os.path.join(directory, name))


def unreadable(directory):
    os.chmod(os.path.join(directory, BAD), 0o600)


def capital(directory):
    os.rename(os.path.join(directory, BAD),
              os.path.join(directory, BAD.capitalize()))


def clash(directory):
    capital(directory)
    with open(os.path.join(directory, BAD.upper()), "w") as file:
        file.write("x")


def outside(directory):
    os.remove(os.path.join(directory, BAD))
    os.symlink("/etc/passwd", os.path.join(directory, BAD))


def away(directory):
    path = os.path.join(directory, "away.cnf.xml")
    with open(path, "w", encoding="ascii") as file:
        file.write("<device>\n <!-- <loadServer></loadServer> -->\n"
                   f" <loadServer> {ELSEWHERE} </loadServer>\n"
                   f" <loadInformation>{TARGET_LOAD}</loadInformation>\n"
                   "</device>\n")
    os.chmod(path, 0o644)


def why(lab, mac, reason, *words, seconds=8):
    """Until `why` tells that reason; all of its words are there."""
    said = [""]

    def told():
        said[0] = lab.command("why", mac).stdout
        return f"({reason})" in said[0]
    try:
        wait_until("", seconds, told, 0.1)
    except ServerError:
        raise ServerError(f"why {mac} does not tell {reason}, but: "
                          + said[0][:400]) from None
    for word in words:
        check(word in said[0], f"why {mac} ({reason}) lacks {word!r}: "
                               + said[0][:800])
    check("What to do: " in said[0] or reason == "on-target",
          f"why {mac} ({reason}) tells nothing to do: " + said[0][:400])
    if os.environ.get("SHOW"):
        print(said[0])
    return said[0]


def lines(lab, mac, reason):
    """The lines of history with that reason."""
    return [line for line in lab.show(mac)["history"]
            if line["reason"] == reason]


def note(lab, mac, name):
    return [row["note"] for row in lab.show(mac)["files"]
            if row["name"] == name]


def take_but(phone, bad):
    """The boot file and all images, the bad one last; what that brings."""
    phone.get(phone.boot_file)
    for name in PARTS:
        if name != bad:
            phone.get(name)
    return phone.ask(bad)


def digits(mac):
    return mac.replace(":", "").upper()


def start(lab, broken):
    broken.make(lab.root)
    os.remove(os.path.join(lab.root, "XMLDefault.cnf.xml"))
    lab.start()


@case("j-files", limit=60)
def files():
    """What is wrong with the files of a stage."""
    broken = Broken()
    no_boot = broken.add("no-boot", remove("term06.default.loads"))
    no_part = broken.add("no-part", remove(BAD))
    no_read = broken.add("no-read", unreadable)
    clashes = broken.add("clashes", clash)
    leads_out = broken.add("leads-out", outside)
    capitals = broken.add("capitals", capital)
    hook = {"plans": broken.plans}
    with laboratory(Lab(hook=hook, top=None, size=2000)) as lab:
        start(lab, broken)

        phone = HandPhone(lab, no_boot).lease()
        same("the boot file", phone.ask(phone.boot_file), 1)
        why(lab, no_boot, "boot-missing", "term06.default.loads", "no-boot")

        for mac, words in ((no_read, ("mode 0600",)),
                           (clashes, (BAD.upper(), BAD.capitalize())),
                           (leads_out, ("leads",))):
            phone = HandPhone(lab, mac).lease()
            same("the bad part", take_but(phone, BAD), 1)
            why(lab, mac, "part-unreadable", BAD, *words)
        same("notes", [note(lab, mac, BAD) for mac in
                       (no_read, clashes, leads_out)],
             [["unreadable"], ["clash"], ["outside"]])

        phone = HandPhone(lab, capitals).lease()
        phone.get(phone.boot_file)
        same("the part of other case", phone.get(BAD),
             lab.file("capitals", BAD.capitalize()))
        why(lab, capitals, "part-case", BAD, BAD.capitalize())
        same("note", note(lab, capitals, BAD), ["case"])

        phone = HandPhone(lab, no_part).lease()
        same("the missing part", take_but(phone, BAD), 1)
        why(lab, no_part, "part-missing", BAD, "no-part")
        same("note", note(lab, no_part, BAD), ["missing"])
        check("missing" in lab.command("show", no_part).stdout,
              "show has no note")
        # Again and again the same is told once.
        for _ in range(3):
            phone.ask(BAD)
        why(lab, no_part, "part-missing")
        same("lines", len(lines(lab, no_part, "part-missing")), 1)
        # The administrator puts it there: the phone goes on.
        with open(os.path.join(lab.root, "no-part", BAD), "wb") as file:
            file.write(lab.file("no-read", BAD))
        os.chmod(os.path.join(lab.root, "no-part", BAD), 0o644)
        time.sleep(1.2)
        take_but(phone, BAD)
        why(lab, no_part, "all-sent", "do not unplug")


@case("j-phones", limit=60)
def phones():
    """What phones do and what they are told."""
    broken = Broken()
    sent_away = broken.add("sent-away", away, config="away.cnf.xml")
    usual = {"name": "7906-to-sip", "models": ["7906", "7911"],
             "stages": default_stages()}
    hook = {"plans": [usual] + broken.plans, "silent-after": 2}
    with laboratory(Lab(hook=hook, top=None, size=2000)) as lab:
        start(lab, broken)
        unknown_address(lab, MAC(1))
        vain = vain_attempts(lab, MAC(2))
        next(vain)
        others(lab, sent_away)
        next(vain)
        on_target(lab, MAC(9))
        other_name(lab, MAC(10))
        next(vain, None)


def unknown_address(lab, mac):
    phone = HandPhone(lab, mac, "7911").lease()
    own, phone.ip = phone.ip, "10.99.0.77"
    phone.ask("term11.default.loads")
    why(lab, mac, "unknown-address", phone.ip, own)
    same("lines", len(lines(lab, mac, "unknown-address")), 1)
    phone.ip = own
    phone.live()
    wait_until("the reason is over", 5, lambda:
               lab.phone(mac)["reason"] != "unknown-address", 0.1)


def vain_attempts(lab, mac):
    """Six attempts at the target and at the bridge, with pauses for others."""
    phone = HandPhone(lab, mac).lease()
    lab.command("stage", mac, "target")

    def attempt():
        phone.get(phone.boot_file)
        time.sleep(1.3)
    attempt()
    why(lab, mac, "no-image", "term06.default.loads", "signed with a key")
    yield
    attempt()
    attempt()
    why(lab, mac, "stepped-down", BRIDGE_DIR)
    yield
    for _ in range(3):
        attempt()
    why(lab, mac, "no-stage-left", BRIDGE_DIR)


def others(lab, sent_away):
    mac = MAC(3)
    HandPhone(lab, mac).lease()
    lab.command("hold", mac)
    why(lab, mac, "held", "stageload release")

    phone = HandPhone(lab, MAC(4))
    phone.model = "7975"
    phone.lease()
    why(lab, MAC(4), "no-plan", "7975")

    phone = HandPhone(lab, MAC(5)).lease()
    for _ in range(7):
        phone.lease(seen=False)
    why(lab, MAC(5), "no-contact", "UDP port 69")

    phone = HandPhone(lab, MAC(6)).lease()
    phone.get(phone.boot_file)
    phone.get(PARTS[0])
    phone.get(PARTS[1], abort_at=2)
    why(lab, MAC(6), "aborted", BRIDGE_DIR, "1 of 5 parts")

    phone = HandPhone(lab, MAC(7)).lease()
    trust = f"CTLSEP{digits(MAC(7))}.tlv"
    for _ in range(5):
        phone.ask(trust)
    why(lab, MAC(7), "trust-loop", trust, "5 times")
    same("the configuration", type(phone.ask(
        f"SEP{digits(MAC(7))}.cnf.xml")), bytes)

    for number, name in ((8, "FCH1234ABCD.loads"), (11, "INM09431ZZ9")):
        phone = HandPhone(lab, MAC(number)).lease()
        same(name, phone.ask(name), 1)
        why(lab, MAC(number), "damaged", name, "serial number")

    phone = HandPhone(lab, sent_away).lease()
    phone.live()
    why(lab, sent_away, "moved-away", ELSEWHERE, "away.cnf.xml")

    no_config(lab, MAC(12))


def no_config(lab, mac):
    """The target has no `config`, and the TFTP root no file for the phone."""
    phone = HandPhone(lab, mac).lease()
    lab.command("stage", mac, "target")
    wait_until("it is at the target", 5, lambda:
               lab.phone(mac)["stage"] == "target", 0.1)
    phone.live()
    why(lab, mac, "no-config", f"SEP{digits(mac)}.cnf.xml",
        "XMLDefault.cnf.xml")
    same("lines", len(lines(lab, mac, "no-config")), 1)


def on_target(lab, mac):
    """It runs the target before stageload ever saw it."""
    phone = HandPhone(lab, mac).lease()
    octets = phone.live()
    check(TARGET_LOAD.encode() in octets, "the configuration names no target")
    lab.wait_for(mac, "done", 6, stage="target")
    why(lab, mac, "on-target", TARGET_DIR)


def other_name(lab, mac):
    """The lease and the name tell of two phones: the lease wins."""
    phone = HandPhone(lab, mac).lease()
    phone.ask(f"SEP{digits(MAC(3))}.cnf.xml")
    found = wait_until("a line about the other name", 5, lambda: [
        line["text"] for line in lines(lab, mac, "none")
        if digits(MAC(3)) in line["text"]], 0.1)
    check(phone.ip in found[0] and "lease" in found[0], found[0])
