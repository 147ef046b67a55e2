#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Tests the phone simulator against real servers, without the product.

Needs root, kea-dhcp4 and in.tftpd; works in two network namespaces of its own.
usage: selftest.py PHONESIM [TEST ...]
"""
import json
import os
import select
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
LOOKALIKE = os.path.join(HERE, "lookalike.py")
SERVER_NS, CLIENT_NS = "psimS", "psimC"
BRIDGE, TARGET = "SCCP11.8-5-2S", "SIP11.9-4-2SR1-1S"
SERVER = "10.98.0.1"


def sh(*command):
    subprocess.run(command, check=True)


def mac(number):
    return f"00:1b:d4:00:{number >> 8:02x}:{number & 255:02x}"


def dotted(*addresses):
    return b"".join(socket.inet_aton(address) for address in addresses)


# Phones whose option 150 is not the plain one: number -> octets (None: none)
ODD_150 = {
    0xA1: b"10.98.0.1",
    0xA2: dotted("10.98.0.9", SERVER),
    0xA3: dotted("10.98.0.9", "10.98.0.10", SERVER),
    0xA4: None,
    0xA5: None,
    0xA6: None,
    0xA7: dotted("10.98.0.9"),
}


class Lab:
    def __init__(self, phonesim):
        self.phonesim = os.path.abspath(phonesim)
        self.dir = tempfile.mkdtemp(prefix="phonesim-")
        os.chmod(self.dir, 0o755)
        self.processes = {}

    def path(self, *names):
        return os.path.join(self.dir, *names)

    def up(self):
        self.down()
        for name in (SERVER_NS, CLIENT_NS):
            sh("ip", "netns", "add", name)
            sh("ip", "-n", name, "link", "set", "lo", "up")
        sh("ip", "link", "add", "psim0", "netns", SERVER_NS, "type", "veth",
           "peer", "name", "psim1", "netns", CLIENT_NS)
        for name, link, address in ((SERVER_NS, "psim0", "10.98.0.1/28"),
                                    (CLIENT_NS, "psim1", "10.98.0.2/28")):
            sh("ip", "-n", name, "addr", "add", address, "dev", link)
            sh("ip", "-n", name, "link", "set", link, "up")
        sh("ip", "-n", CLIENT_NS, "addr", "add", "10.99.0.2/32", "dev", "lo")
        sh("ip", "-n", CLIENT_NS, "route", "add", "local", "10.99.0.0/16",
           "dev", "lo")
        sh("ip", "-n", SERVER_NS, "route", "add", "10.99.0.0/16", "via",
           "10.98.0.2")
        self.start_kea()

    def down(self):
        for name in list(self.processes):
            self.stop(name)
        for name in (SERVER_NS, CLIENT_NS):
            subprocess.run(["ip", "netns", "del", name], check=False,
                           stderr=subprocess.DEVNULL)

    def start(self, name, *command, **environment):
        log = open(self.path(name + ".log"), "ab")
        self.processes[name] = subprocess.Popen(
            ["ip", "netns", "exec", SERVER_NS, *command], stdout=log,
            stderr=log, stdin=subprocess.DEVNULL,
            env={**os.environ, **environment})
        log.close()
        time.sleep(0.4)
        if self.processes[name].poll() is not None:
            raise RuntimeError(open(self.path(name + ".log")).read())

    def stop(self, name):
        process = self.processes.pop(name, None)
        if process is not None:
            process.terminate()
            process.wait()

    def start_kea(self):
        def data150(octets):
            return {"code": 150, "space": "dhcp4", "csv-format": False,
                    "always-send": True, "data": octets.hex()}

        classes, tests = [], []
        for number, octets in ODD_150.items():
            test = f"pkt4.mac == 0x{mac(number).replace(':', '')}"
            tests.append(f"not ({test})")
            entry = {"name": f"odd{number:x}", "test": test}
            if octets is not None:
                entry["option-data"] = [data150(octets)]
            classes.append(entry)
        text66 = {"name": "tftp-server-name", "data": SERVER}
        classes.append({"name": "plain", "test": " and ".join(tests),
                        "option-data": [data150(dotted(SERVER)), text66]})
        classes.append({"name": "only66", "option-data": [text66],
                        "test": "pkt4.mac == 0x" +
                        mac(0xA4).replace(":", "")})
        config = {"Dhcp4": {
            "interfaces-config": {"interfaces": ["psim0"],
                                  "dhcp-socket-type": "udp"},
            "lease-database": {"type": "memfile", "persist": False},
            "valid-lifetime": 4000,
            "client-classes": classes,
            "subnet4": [{
                "id": 1, "subnet": "10.99.0.0/16",
                "pools": [{"pool": "10.99.1.0-10.99.250.250"}],
                "next-server": SERVER}],
            "loggers": [{"name": "kea-dhcp4", "severity": "WARN",
                         "output_options": [{"output": "stdout"}]}]}}
        with open(self.path("kea.json"), "w") as file:
            json.dump(config, file, indent=1)
        self.start("kea", "kea-dhcp4", "-c", self.path("kea.json"),
                   KEA_PIDFILE_DIR=self.dir, KEA_LOCKFILE_DIR=self.dir)
        time.sleep(1)

    def serve(self, root):
        self.stop("tftpd")
        self.stop("fake")
        self.start("tftpd", "in.tftpd", "-L", "--secure", "--address",
                   SERVER + ":69", self.path(root))

    def fake(self, root, mode):
        self.stop("tftpd")
        self.stop("fake")
        self.start("fake", sys.executable, os.path.abspath(__file__),
                   "--fake-server", self.path(root), mode)

    def firmware(self, root, *more):
        sh(LOOKALIKE, self.path(root), *more)

    def bridge(self, root, *more):
        self.firmware(root, "--load", BRIDGE, "--build", "8-5-2TH1-9",
                      "--proto", "sccp", "--family", "11", "--terms", "06,11",
                      "--sign", "both", "--keys", "both", *more)

    def target(self, root, *more):
        self.firmware(root, "--load", TARGET, "--build", "9-4-2ES9",
                      "--proto", "sip", "--family", "11", "--terms", "06,11",
                      "--sign", "new", "--keys", "new", *more)

    def run(self, phones, *options, scale=300, timeout=20):
        """Exit status, events, summary lines by MAC, totals."""
        events = self.path("events")
        command = ["ip", "netns", "exec", CLIENT_NS, self.phonesim,
                   "--server", SERVER, "--giaddr", "10.99.0.2", "--scale",
                   str(scale), "--timeout", str(timeout), "--events", events,
                   *options]
        for phone in phones:
            command += ["--phone", phone]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.stderr:
            raise AssertionError(done.stderr)
        lines = done.stdout.splitlines()
        with open(events) as file:
            parsed = [json.loads(line) for line in file]
        rows = {line.split()[0]: line for line in lines[:-1]}
        totals = dict(pair.split("=") for pair in lines[-1].split())
        return done.returncode, parsed, rows, totals


def of(events, number, *kinds):
    return [event for event in events if event["mac"] == mac(number) and
            (not kinds or event["event"] in kinds)]


def names(events, number, kind="rrq"):
    return [event["name"] for event in of(events, number, kind)]


def check(condition, *what):
    if not condition:
        raise AssertionError(" ".join(str(part) for part in what))


def put(lab, root, name, data):
    path = lab.path(root, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)
    os.chmod(path, 0o644)


ORDER = ["jar11sccp.8-5-2TH1-9.sbn", "cnu11.8-5-2TH1-9.sbn",
         "apps11.8-5-2TH1-9.sbn", "dsp11.8-5-2TH1-9.sbn",
         "cvm11sccp.8-5-2TH1-9.sbn"]


def test_bridge(lab):
    """The intermediate load as root: all habits of a phone end well."""
    lab.bridge("bridge")
    lab.serve("bridge")
    end = f",until={BRIDGE}"
    habits = ["", ",key=new", ",abort=2", ",vanish=2", ",powerloss=1",
              ",lastack=1", ",lastack=5", ",dup=1",
              ",server-choice=150", ",server-choice=66",
              ",server-choice=siaddr", ",model=7911", ",abort=5",
              r',opt60="Cisco, \x41\0",prl=42:96']
    code, events, rows, totals = lab.run(
        [f"mac={mac(i)}{habit}{end}" for i, habit in enumerate(habits)])
    check(code == 0 and totals["finished"] == str(len(habits)), rows)
    check(totals["wrong"] == "0", totals)
    check(all(f" {BRIDGE} both 1 " in row for row in rows.values()), rows)
    check(names(events, 0)[:6] == ["term06.default.loads"] + ORDER,
          names(events, 0))
    check(names(events, 0)[6:] == [
        "CTLSEP001BD4000000.tlv", "ITLSEP001BD4000000.tlv", "ITLFile.tlv",
        "SEP001BD4000000.cnf.xml", "XMLDefault.cnf.xml"], names(events, 0))
    check(of(events, 0, "file")[0]["first"] == ORDER[0])
    check(of(events, 0, "ack")[0]["option150"] == "0a620001")
    for number, image in ((2, 1), (3, 1), (12, 4)):
        abort = of(events, number, "abort")
        check(len(abort) == 1 and abort[0]["name"] == ORDER[image], abort)
        check(0 < abort[0]["bytes"] < 60000, abort)
        check(names(events, number).count("term06.default.loads") == 2)
    check(len(of(events, 4, "powerloss")) == 1)
    check(len(of(events, 4, "flash")) == 2)
    for number in (5, 6, 7):
        check(names(events, number)[:6] == names(events, 0)[:6])
    check(names(events, 11)[0] == "term11.default.loads")
    check(not of(events, 0, "reject", "timeout", "abort", "powerloss"))


def test_target(lab):
    """The target as root: what knows the new key takes it, the rest loops."""
    lab.target("target")
    lab.serve("target")
    code, events, rows, totals = lab.run(
        [f"mac={mac(i)},key={key}" for i, key in
         enumerate(["old", "new", "both"])], timeout=4)
    check(code == 1 and totals["finished"] == "2", rows)
    for number in (1, 2):
        check(f" {TARGET} new 1 0 finished" in rows[mac(number)], rows)
        check(names(events, number).count("term06.default.loads") == 1)
    check(" - old 0 " in rows[mac(0)], rows)
    check(set(names(events, 0)) == {"term06.default.loads"})
    check({event["reason"] for event in of(events, 0, "reject")} ==
          {"auth fail"})
    asked = [event["t"] for event in of(events, 0, "rrq")]
    ports = [event["port"] for event in of(events, 0, "rrq")]
    check(len(asked) >= 8, asked)
    for first, second, third in zip(asked[0::2], asked[1::2], asked[2::2]):
        check(second - first < 0.15, asked)
        check(0.30 <= third - second < 0.8, asked)
    check(len(set(ports[:8])) == 8, ports)


def test_climb(lab):
    """Bridge and target in one root, the configuration names the target."""
    lab.bridge("climb")
    lab.target("climb", "--no-term")
    put(lab, "climb", "XMLDefault.cnf.xml",
        b"<Default>\r\n <loadInformation model='x'> " + TARGET.encode() +
        b" </loadInformation>\r\n</Default>\r\n")
    put(lab, "climb", "SEP001BD4000006.cnf.xml",
        b"<device><loadInformation></loadInformation></device>")
    put(lab, "climb", "SEP001BD4000007.cnf.xml",
        b"<device><loadInformation>term06.default</loadInformation></device>")
    put(lab, "climb", "SEP001BD4000009.cnf.xml",
        b"<device><loadInformation>X</loadInformation><loadInformation369>" +
        BRIDGE.encode() + b"</loadInformation369></device>")
    lab.serve("climb")
    code, events, rows, totals = lab.run([
        f"mac={mac(0)}",
        f"mac={mac(1)},reset-after={BRIDGE}",
        f"mac={mac(2)},state=running,load=SCCP11.8-0-1S",
        f"mac={mac(3)},follow=0,until={BRIDGE}",
        f"mac={mac(4)},state=running,key=both,load={BRIDGE},powerloss=1",
        f"mac={mac(5)},abort=7",
        f"mac={mac(6)},until={BRIDGE}",
        f"mac={mac(7)},until={BRIDGE}",
        f"mac={mac(8)},state=running,load={TARGET},key=new",
        f"mac={mac(9)},state=running,load={TARGET},key=new,until={BRIDGE}",
        f"mac={mac(10)},until=none",
    ], timeout=8)
    check(code == 1 and totals["finished"] == "10", rows)
    check(f" {TARGET} new 2 0 finished" in rows[mac(0)], rows)
    check(f" {TARGET} new 3 0 finished" in rows[mac(1)], rows)
    check(len(of(events, 1, "reset")) == 1)
    check(names(events, 1).count("term06.default.loads") == 2)
    check("unfinished:" in rows[mac(2)] and "SCCP11.8-0-1S old 1" in
          rows[mac(2)], rows)
    check(len(of(events, 2, "reject")) >= 3, of(events, 2, "reject"))
    check(names(events, 2).count("CTLSEP001BD4000002.tlv") == 1)
    check(f" {BRIDGE} both 1 0 finished" in rows[mac(3)], rows)
    check(f" {TARGET} new 3 0 finished" in rows[mac(4)], rows)
    check(f" {TARGET} new 3 1 finished" in rows[mac(5)], rows)
    check(f" {BRIDGE} both 1 0 finished" in rows[mac(6)], rows)
    check(f" {BRIDGE} both 1 0 finished" in rows[mac(7)], rows)
    check(names(events, 7).count("term06.default.loads") == 2)
    check("XMLDefault.cnf.xml" not in names(events, 7))
    check(f" {TARGET} new 1 0 finished" in rows[mac(8)], rows)
    check(f" {BRIDGE} both 2 0 finished" in rows[mac(9)], rows)
    check(" ran" in rows[mac(10)], rows)


def test_options(lab):
    """Forms of option 150, the second server, no server at all."""
    lab.bridge("bridge")
    lab.serve("bridge")
    end = f",until={BRIDGE}"
    code, events, rows, _ = lab.run([
        f"mac={mac(0xA1)}{end}",
        f"mac={mac(0xA2)}{end}",
        f"mac={mac(0xA3)}{end}",
        f"mac={mac(0xA4)}{end}",
        f"mac={mac(0xA5)}{end}",
        f"mac={mac(0xA6)},server-choice=150{end}",
        f"mac={mac(0xA7)}{end}"], timeout=25)
    check(code == 1, rows)
    nak = of(events, 0xA1, "nak-offer150")
    check(nak and nak[0]["option150"] == b"10.98.0.1".hex(), nak)
    check(not of(events, 0xA1, "ack", "rrq"))
    check("finished" in rows[mac(0xA2)], rows)
    check(of(events, 0xA2, "timeout")[0]["server"] == "10.98.0.9")
    check("unfinished" in rows[mac(0xA3)], rows)
    check({event["server"] for event in of(events, 0xA3, "rrq")} ==
          {"10.98.0.9", "10.98.0.10"})
    check("finished" in rows[mac(0xA4)] and
          of(events, 0xA4, "ack")[0]["option150"] is None, rows)
    check("finished" in rows[mac(0xA5)] and
          of(events, 0xA5, "ack")[0]["option66"] is None, rows)
    check(of(events, 0xA6, "no-server") and not of(events, 0xA6, "rrq"))
    check("unfinished" in rows[mac(0xA7)], rows)


def test_damage(lab):
    """Missing parts, letter case, wrong octets, files that are no .loads."""
    until = f",until={BRIDGE}"

    def one(root, wanted, *habits, wrong="0"):
        lab.serve(root)
        code, events, rows, totals = lab.run(
            [f"mac={mac(0)}{until}" + "".join(habits)], timeout=2)
        check(code == wanted, root, rows)
        check((totals["wrong"] != "0") == (wrong != "0"), root, totals)
        return events

    lab.bridge("missing")
    os.unlink(lab.path("missing", ORDER[2]))
    events = one("missing", 1)
    check(names(events, 0)[:6] == ["term06.default.loads"] + ORDER[:4] +
          ["term06.default.loads"], names(events, 0))
    check(of(events, 0, "abort")[0]["name"] == ORDER[3])
    lab.bridge("capital", "--capital-jar", "--lf")
    events = one("capital", 1)
    check(names(events, 0)[1] == "Jar11sccp.8-5-2TH1-9.sbn")
    os.rename(lab.path("capital", ORDER[0]),
              lab.path("capital", "J" + ORDER[0][1:]))
    one("capital", 0)
    lab.bridge("swapped")
    shutil.copy(lab.path("swapped", ORDER[1]), lab.path("swapped", ORDER[3]))
    events = one("swapped", 1, wrong="1")
    check(of(events, 0, "wrong-bytes")[0]["reason"] == "another image")
    lab.bridge("flipped", "--size", "1024")
    with open(lab.path("flipped", ORDER[4]), "r+b") as file:
        file.seek(1000)
        octet = file.read(1)
        file.seek(1000)
        file.write(bytes([octet[0] ^ 1]))
    events = one("flipped", 1, wrong="1")
    check(of(events, 0, "wrong-bytes")[0]["reason"] == "damaged")
    lab.bridge("mixed", "--size", "3000")
    lab.firmware("other", "--load", "SCCP11.8-4-1S", "--build", "8-5-2TH1-9",
                 "--proto", "sccp", "--family", "11", "--terms", "06",
                 "--sign", "both", "--keys", "both")
    shutil.copy(lab.path("other", ORDER[3]), lab.path("mixed", ORDER[3]))
    events = one("mixed", 1, wrong="1")
    check(of(events, 0, "wrong-bytes")[0]["reason"] == "image of another load")
    lab.bridge("renamed")
    shutil.copy(lab.path("renamed", BRIDGE + ".loads"),
                lab.path("renamed", "term06.default.loads"))
    events = one("renamed", 1)
    check(of(events, 0, "reject")[0]["reason"] ==
          "file name in header differs")
    good = open(lab.path("bridge", "term06.default.loads"), "rb").read()
    for cut in (0, 5, 9, 40, 200, 224, 230):
        put(lab, "cut", "term06.default.loads", good[:cut])
        events = one("cut", 1)
        check(of(events, 0, "reject") or cut > 224, cut)
    put(lab, "empty", "x", b"")
    events = one("empty", 1)
    check(of(events, 0, "error")[0]["code"] == 1)
    check(len(of(events, 0, "rrq")) >= 4)


def test_others(lab):
    """Models with other boot files."""
    banner = b"STAGELOAD-LOOKALIKE part=%s load=%s keys=old\nfiller"
    put(lab, "others", "OS79XX.TXT", b"P0S3-8-12-00")
    put(lab, "others", "P0S3-8-12-00.bin",
        banner % (b"P0S3-8-12-00.bin", b"P0S3-8-12-00"))
    put(lab, "others", "ldragonr.zup",
        banner % (b"ldragonr.zup", b"CP7905080003SCCP070409A"))
    lab.serve("others")
    code, events, rows, _ = lab.run([
        f"mac={mac(0)},model=7940,until=P0S3-8-12-00",
        f"mac={mac(1)},model=7905,until=CP7905080003SCCP070409A",
        f"mac={mac(2)},model=7912",
        f"mac={mac(3)},model=7921,state=running,load=X,until=X"],
        "--trace-hex", timeout=3)
    check(code == 1, rows)
    check(sum("finished" in row and "unfinished" not in row
              for row in rows.values()) == 3, rows)
    check(names(events, 0) == [
        "OS79XX.TXT", "P0S3-8-12-00.bin", "CTLSEP001BD4000000.tlv",
        "SEP001BD4000000.cnf.xml", "SIP001BD4000000.cnf",
        "XMLDefault.cnf.xml", "SIPDefault.cnf"], names(events, 0))
    check(set(names(events, 2)) == {"cp7912r.zup"})
    check(of(events, 0, "ack")[0]["raw"].startswith("020106"))
    put(lab, "others", "OS79XX.TXT", b"P0S3-8-12-00\r\n")
    _, events, _, _ = lab.run([f"mac={mac(0)},model=7940"], timeout=1)
    check(names(events, 0)[1] == "P0S3-8-12-00\r\n.bin", names(events, 0))


def test_bad_servers(lab):
    """A server that loses, repeats, invents packets: the files stay right."""
    lab.bridge("small", "--size", "5120")
    for mode in ("repeat", "lose-acks", "lose-requests", "stranger", "oack",
                 "garbage"):
        lab.fake("small", mode)
        code, events, rows, totals = lab.run(
            [f"mac={mac(i)},until={BRIDGE}" for i in range(3)],
            "--tftp-timeout", "0.05", timeout=30)
        check(code == 0 and totals["wrong"] == "0", mode, rows)
        for event in events:
            if event["event"] == "file" and event["name"].endswith(".sbn"):
                check(event["bytes"] == 5120, mode, event)
    log = open(lab.path("fake.log")).read()
    check("error 5" in log, log[-500:])


def test_crowd(lab):
    """500 phones at once."""
    lab.bridge("bridge")
    lab.serve("bridge")
    phones = lab.path("phones")
    with open(phones, "w") as file:
        file.write("# a crowd\n\n")
        for number in range(500):
            file.write(f"mac={mac(0x1000 + number)},until={BRIDGE}\n")
    code, events, rows, totals = lab.run([], "--phones-file", phones,
                                         scale=50, timeout=120)
    check(code == 0 and len(rows) == 500 and totals["wrong"] == "0", totals)
    print("   ", totals, "last event at", events[-1]["t"], "s")


def test_usage(lab):
    """What is wrong on the command line ends with 2 and a sentence."""
    good = ["--server", SERVER, "--giaddr", "10.99.0.2"]
    for bad in ([], ["--phone", "model=7906"], ["--phone", "mac=1"],
                ["--phone", f"mac={mac(0)},what=1"],
                ["--phone", f"mac={mac(0)},proto=h323"],
                ["--phone", f"mac={mac(0)},platform=x"],
                ["--phone", f"mac={mac(0)},model=1"],
                ["--phone", f"mac={mac(0)},abort=x"],
                ["--phone", f"mac={mac(0)},opt60=\\x4"],
                ["--phone", f"mac={mac(0)},opt60=\"x"],
                ["--phone", f"mac={mac(0)}", "--phone", f"mac={mac(0)}"],
                ["--phone", f"mac={mac(0)}", "--scale", "0"],
                ["--phones-file", "/nonexistent"]):
        done = subprocess.run([lab.phonesim, *good, *bad],
                              capture_output=True, text=True)
        check(done.returncode == 2 and done.stderr and not done.stdout, bad,
              done)


class FakeServer:
    """A TFTP server with one bad habit; each RRQ gets a socket of its own."""

    def __init__(self, root, mode):
        self.root, self.mode = root, mode
        self.listen = self.bound(69)
        self.transfers = {}
        self.seen = {}

    @staticmethod
    def bound(port):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind((SERVER, port))
        return sock

    def serve(self):
        while True:
            ready, _, _ = select.select([self.listen, *self.transfers], [], [])
            for sock in ready:
                data, peer = sock.recvfrom(2048)
                if sock is self.listen:
                    self.request(data, peer)
                elif sock in self.transfers:
                    self.answer(sock, data, peer)

    def request(self, data, peer):
        name = data[2:].split(b"\0")[0].decode()
        if self.mode == "lose-requests":
            self.seen[peer] = self.seen.get(peer, 0) + 1
            if self.seen[peer] < 3:
                return
        sock = self.bound(0)
        try:
            with open(os.path.join(self.root, name), "rb") as file:
                content = file.read()
        except OSError:
            sock.sendto(b"\0\5\0\1none\0", peer)
            sock.close()
            return
        self.transfers[sock] = [content, {}, peer]
        if self.mode == "oack":
            sock.sendto(b"\0\6blksize\0001024\0", peer)
        self.block(sock, 1)

    def block(self, sock, number):
        content, _, peer = self.transfers[sock]
        part = content[(number - 1) * 512:number * 512]
        packet = struct.pack(">HH", 3, number) + part
        if self.mode == "garbage":
            for junk in (b"", b"\0", b"\0\3", b"\0\3\0", b"\0\4\0\1",
                         b"\0\3\xff\xffxx", packet + b"z" * 600, b"\1" * 9):
                sock.sendto(junk, peer)
        sock.sendto(packet, peer)
        if self.mode == "repeat":
            sock.sendto(packet, peer)
        if self.mode == "stranger":
            other = self.bound(0)
            other.settimeout(0.02)
            other.sendto(struct.pack(">HH", 3, number) + b"wrong", peer)
            other.sendto(b"\0\5\0\0never mind\0", peer)
            try:
                print("error", other.recv(99)[3], flush=True)
            except (TimeoutError, IndexError):
                pass
            other.close()

    def answer(self, sock, data, peer):
        content, counts, _ = self.transfers[sock]
        if data[:2] != b"\0\4":
            print("client says", data, flush=True)
            return
        number = struct.unpack(">H", data[2:4])[0]
        counts[number] = counts.get(number, 0) + 1
        if self.mode == "lose-acks" and counts[number] < 2 and \
                number <= len(content) // 512:
            return
        if counts[number] > 1 and self.mode != "lose-acks":
            return
        if number > len(content) // 512:
            return
        self.block(sock, number + 1)


def main():
    if sys.argv[1:2] == ["--fake-server"]:
        FakeServer(*sys.argv[2:4]).serve()
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    tests = {name[5:]: function for name, function in globals().items()
             if name.startswith("test_")}
    lab = Lab(sys.argv[1])
    failed = 0
    try:
        lab.up()
        for name in sys.argv[2:] or tests:
            start = time.monotonic()
            try:
                tests[name](lab)
                result = "ok"
            except AssertionError as error:
                result, failed = f"FAILED: {error}", failed + 1
            print(f"{name}: {result} ({time.monotonic() - start:.1f} s)",
                  flush=True)
    finally:
        lab.down()
        if not failed:
            shutil.rmtree(lab.dir)
        else:
            print("kept:", lab.dir)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
