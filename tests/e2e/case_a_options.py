# SPDX-License-Identifier: BSD-2-Clause
"""a. Options 150 and 66 and siaddr to the octet; nothing for anybody else."""

import socket

from dhcpclient import ACK, INFORM, NAK, OFFER, REQUEST, Reply
from hand import ASKS, VENDOR
from harness import case, check, laboratory, same
from lab import Lab, default_stages
from net import MORE_SERVERS, SERVER

PHONE = "00:1b:54:00:0a:01"


def octets(addresses):
    return b"".join(socket.inet_aton(address) for address in addresses)


def check_reply(what, reply, kind, servers, name):
    """Reads the packet itself, not what a parser made of it."""
    same(f"{what}: type", reply.type, kind)
    list150 = octets(servers)
    wanted = bytes([150, len(list150)]) + list150
    check(wanted in reply.raw[240:],
          f"{what}: no {wanted.hex()} in {reply.raw[240:].hex()}")
    wanted = bytes([66, len(name)]) + name
    check(wanted in reply.raw[240:],
          f"{what}: no {wanted.hex()} in {reply.raw[240:].hex()}")
    codes = [code for code, _ in reply.option_list]
    same(f"{what}: times option 150 is there", codes.count(150), 1)
    same(f"{what}: times option 66 is there", codes.count(66), 1)
    same(f"{what}: siaddr", reply.raw[20:24], octets(servers[:1]))


def inform(client, mac, address, **words):
    """Kea answers an INFORM to the client itself, not through the relay."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
        own.bind((address, 68))
        own.settimeout(client.timeout)
        client.send(INFORM, mac, ciaddr=address, **words)
        return Reply(own.recv(65536))


def exchange(lab, servers, name=None):
    name = (name or servers[0]).encode()
    with lab.inside_phone(), lab.dhcp() as client:
        for index, (model, asks) in enumerate(
                [("7906", ASKS), ("7911", ASKS), ("7911", (1, 3)),
                 ("7906", None)]):
            mac = PHONE[:-1] + str(index)
            words = {"vendor": VENDOR.format(model).encode(), "asks": asks}
            offer, ack = client.lease(mac, **words)
            check_reply(f"OFFER {index}", offer, OFFER, servers, name)
            check_reply(f"ACK {index}", ack, ACK, servers, name)
            informed = inform(client, mac, ack.yiaddr, **words)
            check_reply(f"ACK {index} to INFORM", informed, ACK, servers, name)
            renewed = client.renew(mac, ack.yiaddr, **words)
            check_reply(f"ACK {index} renewed", renewed, ACK, servers, name)


@case("a-one-server")
def one_server():
    with laboratory(Lab()) as lab:
        lab.start()
        exchange(lab, [SERVER])


@case("a-three-servers")
def three_servers():
    servers = [SERVER, *MORE_SERVERS]
    with laboratory(Lab({"tftp-servers": servers})) as lab:
        lab.start()
        exchange(lab, servers)


@case("a-server-name")
def server_name():
    servers = [MORE_SERVERS[0], SERVER]
    name = "tftp.example.net"
    with laboratory(Lab({"tftp-servers": servers,
                         "tftp-server-name": name})) as lab:
        lab.start()
        exchange(lab, servers, name)


@case("a-stage-servers")
def stage_servers():
    """A stage's own servers go out instead of the common ones."""
    stages = default_stages()
    stages[0]["tftp-servers"] = list(MORE_SERVERS)
    with laboratory(Lab({"plan": {"stages": stages}})) as lab:
        lab.start()
        words = {"vendor": VENDOR.format("7906").encode(), "asks": ASKS}
        with lab.inside_phone(), lab.dhcp() as client:
            client.lease(PHONE, **words)
            lab.wait_for(PHONE, "new")
            offer, ack = client.lease(PHONE, **words)
        name = MORE_SERVERS[0].encode()
        check_reply("OFFER", offer, OFFER, list(MORE_SERVERS), name)
        check_reply("ACK", ack, ACK, list(MORE_SERVERS), name)


# What Kea itself is told to send, so that there is something to spoil.
KEA = {
    "authoritative": True,
    "next-server": "10.98.2.1",
    "server-hostname": "boot.example.net",
    "boot-file-name": "pxelinux.0",
    "option-def": [{"name": "servers", "code": 150, "array": True,
                    "type": "ipv4-address"}],
    "option-data": [{"name": "servers", "data": "10.98.2.1, 10.98.1.1"},
                    {"name": "tftp-server-name", "data": "other.example"}],
    "client-classes": [{
        "name": "CISCO_PHONES",
        "test": "substring(option[60].hex, 0, 33) == "
                "'Cisco Systems, Inc. IP Phone CP-7'"}],
}
OTHERS = [None, b"MSFT 5.0", b"PXEClient:Arch:00000:UNDI:002001",
          b"udhcp 1.36.1", b"Cisco AP c1140", b"Cisco", b"\0",
          b"Xerox Cisco Systems, Inc. IP Phone CP-7906G"]
FOREIGN = "192.0.2.77"


def series(lab, vendors):
    """The raw replies to the same questions, in the same order."""
    replies = []
    with lab.inside_phone(), lab.dhcp() as client:
        for index, vendor in enumerate(vendors):
            mac = f"02:0a:00:00:00:{index:02x}"
            for asks in (ASKS, (1, 3), None):
                words = {"vendor": vendor, "asks": asks}
                offer, ack = client.lease(mac, **words)
                replies += [offer, ack, client.renew(mac, ack.yiaddr, **words),
                            inform(client, mac, ack.yiaddr, **words)]
            replies.append(client.ask(REQUEST, mac, vendor=vendor, options=[
                (50, socket.inet_aton(FOREIGN))]))
            same("type of the answer to a wrong address", replies[-1].type, NAK)
    return replies


def compare(hook, vendors):
    with laboratory(Lab(hook=None, tftp_module=False, **KEA)) as lab:
        lab.kea.start()
        plain = series(lab, vendors)
    with laboratory(Lab(hook=hook, **KEA)) as lab:
        lab.start()
        hooked = series(lab, vendors)
    for index, (one, other) in enumerate(zip(plain, hooked)):
        same(f"reply {index}", other.raw, one.raw)
    check(len(hooked) == len(plain) > 0, "no replies")


@case("a-other-clients")
def other_clients():
    compare({}, OTHERS)


@case("a-client-class")
def client_class():
    """With client-class the class decides, not option 60 alone."""
    outside = [b"Cisco Systems, Inc. IP Phone", None, b"MSFT 5.0",
               b"Cisco Systems Inc. Wireless Phone 7921"]
    compare({"client-class": "CISCO_PHONES"}, outside)


@case("a-phone-nak")
def phone_nak():
    """A NAK to a phone is Kea's own."""
    replies = []
    for hook in (None, {}):
        with laboratory(Lab(hook=hook, tftp_module=hook is not None,
                            **KEA)) as lab:
            if hook is None:
                lab.kea.start()
            else:
                lab.start()
            with lab.inside_phone(), lab.dhcp() as client:
                replies.append(client.ask(
                    REQUEST, PHONE, vendor=VENDOR.format("7906").encode(),
                    asks=ASKS, options=[(50, socket.inet_aton(FOREIGN))]))
    same("type", replies[1].type, NAK)
    same("NAK", replies[1].raw, replies[0].raw)
