# SPDX-License-Identifier: BSD-2-Clause
"""l. What Kea itself tells phones in options 150, 66 and siaddr: its mistakes
are named, mended or left, and nobody but phones is looked at."""

import glob
import json
import os
import shutil
import socket

from dhcpclient import ACK, OFFER, DhcpTimeout
from hand import ASKS, VENDOR, HandPhone
from harness import Skip, case, check, laboratory, same
from lab import TOP, Lab
from net import SERVER
from servers import wait_until

DATA = os.path.join(TOP, "tests", "data", "audit")
PHONE = "00:1b:d4:12:34:56"     # the reservations of the files are for it
OTHER = "02:0c:00:00:00:01"
PHONE_CLASS = VENDOR.format("7906").encode()
OTHER_CLASS = b"MSFT 5.0"
NOTES = ("150-first-only", "150-many")
PARTS = {150: "150-", 66: "66-", "siaddr": "siaddr-"}



def mistakes():
    """(name, the file's object), in the order of their names."""
    paths = sorted(glob.glob(os.path.join(DATA, "*.json")))
    check(paths, f"no configurations in {DATA}")
    for path in paths:
        with open(path, encoding="utf-8") as file:
            yield os.path.basename(path).removesuffix(".json"), json.load(file)


def flex_option():
    """The library of Kea which some of the mistakes are made with."""
    found = glob.glob("/usr/lib/*/kea/hooks/libdhcp_flex_option.so")
    if not found:
        raise Skip("libdhcp_flex_option.so is not installed")
    return found[0]


class Audit:
    """One Kea for many configurations, set one after the other."""

    def __init__(self, lab, **hook):
        self.lab, self.hook = lab, hook
        self.kea = lab.kea
        self.log_file = os.path.join(self.kea.directory, "hook.log")
        self.one_folder()
        self.mark = 0

    def one_folder(self):
        """Some versions of Kea load libraries from one directory only."""
        folder = os.path.join(self.lab.directory, "hooks")
        os.makedirs(folder)
        for library in (self.kea.library, flex_option()):
            shutil.copy(library, folder)
        self.kea.library = os.path.join(folder,
                                        os.path.basename(self.kea.library))
        self.folder = folder

    def config(self, found, with_hook=True):
        """Kea's configuration with one file's mistake in it."""
        hook = None
        if with_hook:
            hook = self.lab.parameters(**{
                "tftp-servers": found["tftp-servers"], **self.hook})
            if "tftp-server-name" in found:
                hook["tftp-server-name"] = found["tftp-server-name"]
        self.kea.extra = json.loads(json.dumps(found["dhcp4"]))
        for library in self.kea.extra.get("hooks-libraries", []):
            library["library"] = os.path.join(self.folder, library["library"])
        dhcp4 = self.kea.config(hook)["Dhcp4"]
        dhcp4["subnet4"][0].update(json.loads(json.dumps(found["subnet4"])))
        dhcp4["loggers"].append({        # so that notes are seen as well
            "name": "kea-dhcp4.stageload-hooks", "severity": "DEBUG",
            "debuglevel": 99,
            "output_options": [{"output": self.log_file, "maxsize": 0}]})
        return {"Dhcp4": dhcp4}

    def set(self, found, with_hook=True):
        answer = self.kea.ask("config-set", self.config(found, with_hook))
        same("config-set: " + answer.get("text", ""), answer["result"], 0)
        self.mark = len(self.log())

    def log(self):
        with open(self.log_file, encoding="utf-8") as file:
            return file.read().splitlines()

    def said(self):
        """The lines of the audit since the configuration was set."""
        return [line for line in self.log()[self.mark:]
                if "STAGELOAD_AUDIT" in line]

    def exchange(self, found, mac=PHONE, vendor=PHONE_CLASS):
        """OFFER and ACK; None in place of one that did not come."""
        words = {"vendor": vendor, "asks": found.get("asks", ASKS)}
        with self.lab.inside_phone(), self.lab.dhcp() as client:
            try:
                client.timeout = 0.5 if found["wire"] is None else 5
                return client.lease(mac, **words)
            except DhcpTimeout:
                return None


def value_of(reply, option):
    """Kea splits what is too long for one option."""
    if option == "siaddr":
        return socket.inet_aton(reply.siaddr)
    parts = [value for code, value in reply.option_list if code == option]
    return b"".join(parts) if parts else None


def ours(found, option):
    servers = found["tftp-servers"]
    if option == 150:
        return b"".join(map(socket.inet_aton, servers))
    if option == 66:
        return found.get("tftp-server-name", servers[0]).encode()
    return socket.inet_aton(servers[0])


def check_kept(name, replies, found):
    """The wire is as Kea made it, and right in all else."""
    if found["wire"] is None:       # Kea can not write it: all or a part of
        for reply in replies or ():     # the reply is missing
            same(f"{name}: 150", value_of(reply, 150), None)
        return
    for reply, kind in zip(replies, (OFFER, ACK)):
        same(f"{name}: type", reply.type, kind)
        for option in PARTS:
            wanted = bytes.fromhex(found["wire"])
            if option != found["option"]:
                wanted = ours(found, option)
            same(f"{name}: {option}", value_of(reply, option), wanted)


def check_ours(name, replies, found):
    check(replies is not None, f"{name}: no answer")
    for reply, kind in zip(replies, (OFFER, ACK)):
        same(f"{name}: type", reply.type, kind)
        for option in PARTS:
            same(f"{name}: {option}", value_of(reply, option),
                 ours(found, option))


def cure_in(line):
    """The object in the line, which must be JSON."""
    text = line.split("that mends it: ", 1)[1]
    return json.JSONDecoder().raw_decode(text)[0]


def check_cure(name, line, found):
    cure = cure_in(line)
    option, server = found["option"], found["tftp-servers"][0]
    if option == "siaddr":
        same(f"{name}: cure", cure, {"next-server": server})
        return
    data = {entry["name"]: entry["data"] for entry in cure["option-data"]}
    if option == 66:
        same(f"{name}: cure", data, {"tftp-server-name": ours(
            found, 66).decode()})
        return
    same(f"{name}: cure", data["cisco-tftp-servers"],
         ", ".join(found["tftp-servers"]))
    same(f"{name}: definition", cure["option-def"][0]["type"], "ipv4-address")


def check_said(name, lines, found, done):
    """One line for OFFER and ACK together, with name and cure."""
    finding = found["finding"]
    if finding in ("none", "no-server"):
        same(f"{name}: lines", lines, [])
        return
    same(f"{name}: number of lines in {lines}", len(lines), 1)
    level = "DEBUG" if finding in NOTES else "WARN"
    check(f"{PHONE}]" in lines[0] and f": {finding}: " in lines[0]
          and lines[0].split()[2] == level,
          f"{name}: no {level} of {finding} for the phone in: {lines[0]}")
    if finding not in NOTES:
        check(f"({done})" in lines[0], f"{name}: not {done} in: {lines[0]}")
        check_cure(name, lines[0], found)


def is_mistake(found):
    return found["finding"] not in ("none", "no-server", *NOTES)


def named(*names):
    chosen = [(name, found) for name, found in mistakes() if name in names]
    same("number of configurations", len(chosen), len(names))
    return chosen


# One of each form, for what need not be run with all.
CHOSEN = ("150-string-definition", "150-quoted-in-subnet", "150-three-octets",
          "150-quoted-fits", "150-reversed", "150-too-many-addresses",
          "150-three-servers", "66-nul", "66-list-escaped", "66-reversed",
          "siaddr-reversed", "150-good-array", "no-server-not-asked")


@case("l-audit-repair", limit=240)
def repair():
    """Every mistake is mended, and told once with the cure."""
    with laboratory(Lab()) as lab:
        audit = Audit(lab)
        lab.kea.start()
        for name, found in mistakes():
            audit.set(found)
            check_ours(name, audit.exchange(found), found)
            check_said(name, audit.said(), found, "replaced")


@case("l-audit-warn", limit=240)
def warn():
    """Every mistake is told, and Kea's option goes out as it is."""
    with laboratory(Lab()) as lab:
        audit = Audit(lab, **{"option-audit": "warn"})
        lab.kea.start()
        for name, found in mistakes():
            audit.set(found)
            replies = audit.exchange(found)
            if is_mistake(found):
                check_kept(name, replies, found)
            else:
                check_ours(name, replies, found)
            check_said(name, audit.said(), found, "left as it is")


@case("l-audit-off")
def off():
    """Nothing is told, and options are set as ever."""
    with laboratory(Lab()) as lab:
        audit = Audit(lab, **{"option-audit": "off"})
        lab.kea.start()
        for name, found in named(*CHOSEN):
            audit.set(found)
            check_ours(name, audit.exchange(found), found)
            same(f"{name}: lines", audit.said(), [])


@case("l-audit-other-clients")
def other_clients():
    """Option 150 has other uses: who is no phone gets Kea's, unaudited."""
    with laboratory(Lab()) as lab:
        audit = Audit(lab)
        lab.kea.start()
        for name, found in named(*CHOSEN):
            wanted = None
            for mode in (None, "repair", "warn", "off"):
                audit.hook = {"option-audit": mode or "off"}
                audit.set(found, mode is not None)
                replies = audit.exchange(found, OTHER, OTHER_CLASS)
                raw = replies and [reply.raw for reply in replies]
                if mode is None:
                    wanted = raw
                same(f"{name}, {mode}: replies", raw, wanted)
                same(f"{name}, {mode}: lines", audit.said(), [])


def always_sent():
    """Options that Kea sends whatever option 55 asks for."""
    return {
        "tftp-servers": [SERVER], "wire": "", "asks": [1, 3],
        "dhcp4": {"option-data": [{"name": "tftp-server-name", "data": "a\\,b",
                                   "always-send": True}]},
        "subnet4": {"option-data": [{"code": 150, "data": "0a0000",
                                     "always-send": True}]}}


@case("l-audit-requested")
def requested():
    """A phone that asks for neither gets no malformed one when repaired."""
    found = always_sent()
    requested_only = {"send-options": "requested"}
    with laboratory(Lab()) as lab:
        audit = Audit(lab, **requested_only)
        lab.kea.start()
        audit.set(found)
        check_ours("repair", audit.exchange(found), found)
        lines = audit.said()
        same(f"number of lines in {lines}", len(lines), 2)

        def counted():
            # Sums are shown in Kea's statistics once a second at most.
            name = "stageload-options-repaired"
            lab.kea.ask("list-commands")
            answer = lab.kea.ask("statistic-get", {"name": name})
            return answer["arguments"][name][0][0] == 4
        wait_until("two options of two replies are counted", 10, counted, 0.3)

        audit.hook["option-audit"] = "warn"
        audit.set(found)
        for reply in audit.exchange(found):
            same("150 with warn", value_of(reply, 150), b"\x0a\0\0")
            same("66 with warn", value_of(reply, 66), b"a,b")
            same("siaddr with warn", reply.siaddr, SERVER)
        audit.hook["option-audit"] = "off"
        audit.set(found)
        check(audit.exchange(found) is not None, "off: no answer")
        same("lines with off", audit.said(), [])


@case("l-audit-way")
def way():
    """On a way of delivery that leaves option 150 out, Kea's goes as well."""
    found = named("150-quoted-in-subnet")[0][1]
    server = found["tftp-servers"][0].encode()
    quick = {"silent-after": 1}
    with laboratory(Lab(quick)) as lab:
        audit = Audit(lab, **quick)
        start(lab)
        audit.set(found)
        check_ours("first way", audit.exchange(found), found)
        wait_until("the second way", 10, lambda:
                   (lab.phone(PHONE) or {}).get("status") == "new"
                   and lab.show(PHONE)["delivery"] == "66", 0.1)
        audit.set(found)        # so that it is told again
        wait_until("the state is open again", 10, lambda: any(
            "STAGELOAD_STATE_READY" in line
            for line in audit.log()[audit.mark:]))
        offer = audit.exchange(found)[0]
        same("150", value_of(offer, 150), None)
        same("66", value_of(offer, 66), server)
        check(any("(removed)" in line for line in audit.said()),
              f"not removed in {audit.said()}")


def start(lab):
    """Kea and an engine that knows the plans."""
    lab.engine.start()
    lab.kea.start()
    wait_until("the engine has the configuration", 10,
               lambda: "configuration taken" in lab.engine.log())


def check_told(lab, mac, option, name, sentence, did, cure):
    """What `why` and `show` say of a finding."""
    why = lab.command("why", mac).stdout
    for words in (name, sentence, did, cure):
        check(words in why, f"why does not say {words!r}: {why}")
    found = lab.show(mac)["findings"]
    same("findings of show", [(x["option"], x["name"]) for x in found],
         [(option, name)])
    check(sentence in found[0]["text"] and cure in found[0]["cure"],
          f"show says {found}")
    shown = lab.command("show", mac).stdout
    for words in (name, sentence, cure):
        check(words in shown, f"show does not say {words!r}: {shown}")


@case("l-audit-refused-offer")
def refused_offer():
    """A phone that refuses the OFFER never gets an ACK, but is known."""
    found = named("150-quoted-in-subnet")[0][1]
    with laboratory(Lab()) as lab:
        audit = Audit(lab, **{"option-audit": "warn"})
        start(lab)
        audit.set(found)
        with lab.inside_phone(), lab.dhcp() as client:
            for _ in range(3):
                client.discover(PHONE, vendor=PHONE_CLASS, asks=ASKS)
        row = lab.wait_for(PHONE, "new", reason="malformed-150")
        same("address", row["ip"], None)
        sentence = '"10.136.123.11": 13 octets are no multiple of 4'
        check_told(lab, PHONE, 150, "150-text", sentence, "left as it is",
                   '"data": "192.168.0.5"')
        history = [line["reason"] for line in lab.show(PHONE)["history"]]
        same("history", history, ["first-seen", "malformed-150"])

        # It is mended in Kea: the phone gets its lease and is as any other.
        audit.set({**found, "subnet4": {}})
        audit.exchange(found)
        lab.wait_for(PHONE, "new", reason="first-seen")
        same("findings", lab.show(PHONE)["findings"], [])


@case("l-audit-told")
def told():
    """Mended, left in option 66, and of a phone that is on its way."""
    phone = HandPhone(None, PHONE)
    with laboratory(Lab()) as lab:
        phone.lab = lab
        audit = Audit(lab)
        start(lab)
        lab.tftpd.start()
        found = named("66-list-escaped")[0][1]
        audit.set({**found, "tftp-servers": [SERVER]})
        phone.lease(seen=False)
        row = lab.wait_for(PHONE, "new", reason="malformed-66")
        same("address", row["ip"], phone.ip)
        check_told(lab, PHONE, 66, "66-list", "192.168.0.5,192.168.0.6",
                   "mended in the reply", f'"data": "{SERVER}"')

        phone.get(phone.boot_file)
        before = lab.wait_for(PHONE, "booting")["reason"]
        found = named("150-three-octets")[0][1]
        audit.set({**found, "tftp-servers": [SERVER]})
        phone.lease(seen=False)
        wait_until("the finding is known", 10, lambda: [
            x["name"] for x in lab.show(PHONE)["findings"]] == ["150-length"])
        same("reason", lab.phone(PHONE)["reason"], before)
        lines = [line["text"] for line in lab.show(PHONE)["history"]
                 if line["reason"] == "malformed-150"]
        check(len(lines) == 1 and "0a 00 00" in lines[0],
              f"lines of malformed-150: {lines}")
