# SPDX-License-Identifier: BSD-2-Clause
"""i. Packets and files that nobody should send or make."""

import os
import random
import signal
import socket
import struct
import time

import firmware
from dhcpclient import COOKIE, mac_octets
from firmware import BRIDGE_DIR, PLAIN_LOAD
from hand import VENDOR, HandPhone
from harness import case, check, laboratory, same
from lab import Lab
from net import GIADDR, SERVER
from tftpclient import TftpClient

PHONE = "00:1b:54:00:13:01"
STRANGER = "10.99.0.77"
CISCO = VENDOR.format("7906").encode()
BOOT = b"term06.default.loads"


def option(code, value):
    return bytes([code, len(value)]) + value


def message(options, hlen=6, htype=1, room=300):
    head = struct.pack("!BBBBIHH", 1, htype, hlen, 1, 0x4c0ffee, 0, 0x8000)
    head += bytes(12) + socket.inet_aton(GIADDR)
    head += mac_octets(PHONE).ljust(16, b"\1") + bytes(192) + COOKIE
    return (head + options).ljust(room, b"\0")


def dhcp_packets():
    discover, end = option(53, b"\1"), b"\xff"
    vendor = option(60, CISCO)
    return [
        message(discover + option(60, b"Cisco Systems" + b"A" * 242) + end,
                room=600),
        message(discover + option(60, CISCO + bytes(200)) + end, room=600),
        message(vendor + end),                      # no option 53
        message(option(53, b"") + vendor + end),
        message(option(53, b"\1\1") + vendor + end),
        message(option(53, b"\x63") + vendor + end),
        message(discover + vendor + end, hlen=16),
        message(discover + vendor + end, hlen=255),
        message(discover + vendor + end, hlen=0),
        message(discover + vendor + end, htype=6),
        message(discover + vendor + option(55, bytes(range(1, 255))) + end,
                room=700),
        message(discover + vendor + bytes([82, 200, 1])),
        message(discover + bytes([60, 255]) + CISCO),
        message(discover + vendor * 7 + end, room=800),
        message(option(53, b"\3") + vendor + option(50, b"\x0a\x63\1") + end),
        b"", b"\1", message(b"")[:239], message(b"")[:240], bytes(1500)]


@case("i-dhcp-hostile")
def dhcp_hostile():
    dice = random.Random(13)
    packets = dhcp_packets()
    with laboratory(Lab(top=PLAIN_LOAD)) as lab:
        lab.start()
        with lab.inside_phone(), lab.dhcp() as client:
            for _ in range(10):
                for packet in packets:
                    client.link.send(packet, None)
                for _ in range(40):
                    damaged = bytearray(dice.choice(packets[:15]))
                    for _ in range(4):
                        damaged[dice.randrange(len(damaged))] = \
                            dice.randrange(256)
                    client.link.send(bytes(damaged), None)
                time.sleep(0.05)
        check(lab.kea.running, "Kea has ended")
        phone = HandPhone(lab, "00:1b:54:00:13:02").lease()
        same("servers", phone.ack.servers(), [SERVER])
        same("callouts that failed",
             lab.kea.log().count("STAGELOAD_CALLOUT_FAILED"), 0)


@case("i-many-servers")
def many_servers():
    """63 of them, and a name that the header's field does not hold."""
    servers = [SERVER] + [f"192.0.2.{last}" for last in range(1, 63)]
    name = ".".join(["tftp-server-with-a-long-name"] * 8)
    with laboratory(Lab(hook={"tftp-servers": servers,
                              "tftp-server-name": name})) as lab:
        lab.start()
        phone = HandPhone(lab, PHONE).lease()
        for reply in (phone.offer, phone.ack):
            same("option 150", reply.servers(), servers)
            same("option 66", reply.options[66], name.encode())
            same("siaddr", reply.siaddr, SERVER)
            same("sname", reply.sname, b"")


def bound(address):
    """A socket of that address, made inside the phones' namespace."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.settimeout(2)
    sock.bind((address, 0))
    return sock


def first_packet(lab, address, packet):
    with lab.inside_phone():
        return TftpClient(timeout=0.4).exchange(
            SERVER, packet, source_ip=address)


NAMES = [BOOT, BOOT.upper(), b"/" + BOOT, b"./" + BOOT, b"//" + BOOT,
         b".//./" + BOOT, b"../" + BOOT, b"x/../" + BOOT, b"..\\" + BOOT,
         BOOT + b"/", BOOT + b"/.", BOOT + b" ", BOOT + b"\r\n",
         b"../../../../etc/passwd.sbn", b"/etc/passwd", b".loads", b"/.sbn",
         b"/" * 480 + BOOT, b"./" * 240 + BOOT, b"x/" * 240 + BOOT,
         b"x" * 480 + BOOT, "é".encode() + BOOT]


@case("i-tftp-names")
def tftp_names():
    """Whoever is no phone gets what in.tftpd alone gives; a phone never
    anything but a file of its stage or what it would get without us."""
    packets = [b"\0\1" + name + b"\0octet\0" for name in NAMES]
    answers = {}
    for module in (False, True):
        with laboratory(Lab(tftp_module=module, top=PLAIN_LOAD)) as lab:
            lab.start()
            phone = HandPhone(lab, PHONE).lease()
            for who, address in (("phone", phone.ip), ("stranger", STRANGER)):
                answers[module, who] = [
                    first_packet(lab, address, packet) for packet in packets]
            bridge = lab.file(BRIDGE_DIR, BOOT.decode())
            check(lab.tftpd.running, "in.tftpd has ended")
    for name, alone, with_us in zip(NAMES, answers[False, "stranger"],
                                    answers[True, "stranger"]):
        same(f"a stranger asks {name[:60]}", with_us, alone)
    allowed = b"\0\3\0\1" + bridge[:512]
    for name, alone, with_us in zip(NAMES, answers[False, "phone"],
                                    answers[True, "phone"]):
        check(with_us in (alone, allowed),
              f"a phone that asks {name[:60]} gets {with_us[:60]}")


def requests():
    """What is no good request, or a very large one."""
    many = b"x\0y\0"
    return [b"\0\1" + BOOT + b"\0", b"\0\1" + BOOT, b"\0\1" + b"a" * 510,
            b"\0\1" + b"./" * 245 + BOOT, b"\0\1\0octet\0",
            b"\0\1" + BOOT + b"\0mail\0", b"\0", b"\0\2" + BOOT + b"\0octet\0",
            b"\0\3\0\1abc", b"\0\4\0\1", b"\0\5\0\1x\0",
            b"\0\0" + BOOT + b"\0octet\0",
            b"\0\1" + BOOT + b"\0octet\0" + many * 15000,
            b"\0\1" + b"/" * 60000 + BOOT + b"\0octet\0"]


@case("i-tftp-requests")
def tftp_requests():
    with laboratory(Lab(top=PLAIN_LOAD)) as lab:
        lab.start()
        phone = HandPhone(lab, PHONE).lease()
        plain = lab.file(BOOT.decode())
        for packet in requests():
            for address in (phone.ip, STRANGER):
                with lab.inside_phone(), bound(address) as sock:
                    sock.sendto(packet, (SERVER, 69))
        # The last NUL is missing: put right, not passed by.
        packet = b"\0\1" + BOOT + b"\0octet"
        same("a phone without the last NUL",
             phone.get("", raw=packet), lab.file(BRIDGE_DIR, BOOT.decode()))
        with lab.inside_phone():
            same("a stranger without it", TftpClient().get(
                SERVER, "", raw=packet, source_ip=STRANGER), plain)
        check(lab.tftpd.running, "in.tftpd has ended")


@case("i-firmware-files")
def firmware_files():
    """What in.tftpd could not or must not give is not served for it."""
    with laboratory(Lab(top=PLAIN_LOAD, hook={"attempt-window": 20})) as lab:
        lab.start()
        phone = HandPhone(lab, PHONE).lease()
        name = phone.boot_file
        plain, bridge = lab.file(name), lab.file(BRIDGE_DIR, name)
        directory = os.path.join(lab.root, BRIDGE_DIR)
        path, aside = os.path.join(directory, name), directory + ".aside"

        def link(target, place):
            os.symlink(target, place)
            return lambda: os.unlink(place)
        os.rename(directory, aside)
        same("no directory", phone.get(name), plain)
        for target, wanted in (("/etc", plain), (aside, plain),
                               (os.path.basename(aside), bridge)):
            undo = link(target, directory)
            same(f"a link to {target}", phone.get(name), wanted)
            undo()
        os.rename(aside, directory)
        os.chmod(directory, 0o700)
        same("a closed directory", phone.get(name), plain)
        os.chmod(directory, 0o755)
        os.rename(path, aside)
        for target in ("/etc/passwd", "../../../../../../etc/passwd"):
            undo = link(target, path)
            same(f"a file that is {target}", phone.get(name), plain)
            undo()
        os.mkfifo(path, 0o644)
        same("a FIFO", phone.get(name), plain)
        os.unlink(path)
        os.rename(aside, os.path.join(directory, name.upper()))
        same("in other letters", phone.get(name), bridge)
        same("status", lab.phone(PHONE)["status"], "booting")


@case("i-file-replaced")
def file_replaced():
    """Under a transfer: it ends with the file it began with."""
    with laboratory(Lab(size=60000)) as lab:
        lab.start()
        phone = HandPhone(lab, PHONE).lease()
        name = firmware.parts(firmware.BRIDGE_LOAD)[0]
        path = os.path.join(lab.root, BRIDGE_DIR, name)
        with open(path, "rb") as file:
            old = file.read()
        phone.get(phone.boot_file)
        with lab.inside_phone(), bound(phone.ip) as sock:
            sock.sendto(b"\0\1" + name.encode() + b"\0octet\0", (SERVER, 69))
            data = b""
            while True:
                packet, peer = sock.recvfrom(600)
                if packet[2:4] == b"\0\x08" and len(data) == 7 * 512:
                    with open(path + ".new", "wb") as file:
                        file.write(b"new" * 9000)
                    os.chmod(path + ".new", 0o644)
                    os.rename(path + ".new", path)
                data += packet[4:]
                sock.sendto(b"\0\4" + packet[2:4], peer)
                if len(packet) < 516:
                    break
        same("the file that was begun", data, old)
        same("the next one", phone.get(name), b"new" * 9000)


@case("i-engine-hung")
def engine_hung():
    """Stopped, not dead: nobody waits for it, and it catches up."""
    with laboratory(Lab(top=PLAIN_LOAD)) as lab:
        lab.start()
        old = HandPhone(lab, PHONE).lease()
        os.kill(lab.engine.process.pid, signal.SIGSTOP)
        try:
            new = HandPhone(lab, "00:1b:54:00:13:03")
            for _ in range(5):
                began = time.monotonic()
                new.lease(seen=False)
                same("a new phone's servers", new.ack.servers(), [SERVER])
                same("its file", new.get(new.boot_file),
                     lab.file(new.boot_file))
                old.take(firmware.BRIDGE_LOAD)
                check(time.monotonic() - began < 1, "somebody waited")
        finally:
            os.kill(lab.engine.process.pid, signal.SIGCONT)
        lab.wait_for(old.mac, "flashing", stage="bridge")
        lab.wait_for(new.mac, "new", stage="bridge", ip=new.ip)
        same("its file now", new.get(new.boot_file),
             lab.file(BRIDGE_DIR, new.boot_file))


@case("i-state-cut")
def state_cut():
    """state.mdb is cut under running servers: they serve plainly, and say
    so once."""
    for size in (0, 4096, 10000):
        with laboratory(Lab(top=PLAIN_LOAD)) as lab:
            lab.start()
            phone = HandPhone(lab, PHONE).lease()
            lab.engine.kill9()
            os.truncate(os.path.join(lab.state, "state.mdb"), size)
            for _ in range(6):
                phone.lease(seen=False)
                same("servers", phone.ack.servers(), [SERVER])
                same("boot file", phone.get(phone.boot_file),
                     lab.file(phone.boot_file))
            check(lab.kea.running and lab.tftpd.running, "a server has ended")
            same("times Kea says that it can not look up",
                 lab.kea.log().count("STAGELOAD_LOOKUP_FAILED"), 1)


@case("i-reloads")
def reloads():
    """Every fourth one is refused; phones keep their place, nothing leaks."""
    with laboratory(Lab()) as lab:
        lab.start()
        phone = HandPhone(lab, PHONE).lease()
        phone.take(firmware.BRIDGE_LOAD)
        before = lab.wait_for(PHONE, "flashing", stage="bridge")
        descriptors = f"/proc/{lab.kea.process.pid}/fd"
        held = None
        for number in range(24):
            answer = lab.kea.ask("config-set", lab.kea.config(
                dict(lab.kea.hook, **{"stuck-after": number % 4})))
            same(f"result of reload {number}", answer["result"],
                 int(number % 4 == 0))
            phone.lease(seen=False)
            same("servers", phone.ack.servers(), [SERVER])
            time.sleep(0.1)
            if number == 4:
                held = len(os.listdir(descriptors))
        check(len(os.listdir(descriptors)) <= held + 1,
              f"Kea holds {len(os.listdir(descriptors))} descriptors after 24 "
              f"reloads, {held} after 5")
        phone.live()
        lab.wait_for(PHONE, "climbing", stage="target", plan=before["plan"])
