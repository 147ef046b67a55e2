# SPDX-License-Identifier: BSD-2-Clause
"""A DHCPv4 client for tests: says exactly what it is told, shows every octet."""

import socket
import struct
import time

DISCOVER, OFFER, REQUEST, DECLINE, ACK, NAK, RELEASE, INFORM = range(1, 9)

COOKIE = b"\x63\x82\x53\x63"
# Subnet mask, routers, name servers, domain, TFTP name, boot file, 150.
PHONE_ASKS = (1, 3, 6, 15, 66, 67, 150)
BROADCAST_MAC = b"\xff" * 6


class DhcpTimeout(Exception):
    """No answer came."""


def mac_octets(text):
    return bytes.fromhex(text.replace(":", ""))


def parse_options(data):
    """Code and value pairs, in the order of the packet."""
    found, at = [], 0
    while at < len(data) and data[at] != 255:
        if data[at] == 0:
            at += 1
            continue
        length = data[at + 1]
        found.append((data[at], data[at + 2:at + 2 + length]))
        at += 2 + length
    return found


class Reply:
    """A packet from the server; `raw` is all of it, from op to the last octet."""

    def __init__(self, raw):
        self.raw = raw
        self.op, self.htype, self.hlen, self.hops, self.xid = struct.unpack(
            "!BBBBI", raw[:8])
        self.ciaddr, self.yiaddr, self.siaddr, self.giaddr = (
            socket.inet_ntoa(raw[at:at + 4]) for at in (12, 16, 20, 24))
        self.chaddr = raw[28:28 + self.hlen]
        self.sname = raw[44:108].split(b"\0")[0]
        self.file = raw[108:236].split(b"\0")[0]
        self.option_list = parse_options(raw[240:])
        self.options = dict(self.option_list)

    @property
    def type(self):
        return self.options.get(53, b"\0")[0]

    def servers(self):
        """Option 150 as addresses, None when there is none."""
        value = self.options.get(150)
        if value is None:
            return None
        return [socket.inet_ntoa(value[at:at + 4]) for at in range(0, len(value), 4)]


def build(kind, mac, xid, vendor=None, asks=PHONE_ASKS, client_id=None, options=(),
          ciaddr="0.0.0.0", giaddr="0.0.0.0", broadcast=True, htype=1):
    """A client's packet.  mac is text; vendor, client_id: octets of 60 and 61.

    options are further (code, octets) pairs, sent behind the others; asks None
    leaves option 55 out.
    """
    chaddr = mac_octets(mac)
    packet = struct.pack("!BBBBIHH", 1, htype, len(chaddr), 1 if giaddr != "0.0.0.0" else 0,
                         xid, 0, 0x8000 if broadcast else 0)
    packet += socket.inet_aton(ciaddr) + bytes(8) + socket.inet_aton(giaddr)
    packet += chaddr.ljust(16, b"\0") + bytes(64 + 128) + COOKIE
    pairs = [(53, bytes([kind]))]
    if asks is not None:
        pairs.append((55, bytes(asks)))
    if vendor is not None:
        pairs.append((60, vendor))
    if client_id is not None:
        pairs.append((61, client_id))
    for code, value in pairs + list(options):
        packet += bytes([code, len(value)]) + value
    return (packet + b"\xff").ljust(300, b"\0")


class RelayLink:
    """Talks to the server as a relay agent does: UDP, port 67 to port 67."""

    def __init__(self, server, giaddr):
        self.server, self.giaddr = server, giaddr
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.socket.bind((giaddr, 67))

    def send(self, packet, mac):
        self.socket.sendto(packet, (self.server, 67))

    def receive(self, timeout):
        self.socket.settimeout(max(timeout, 0.001))
        return self.socket.recv(65536)

    def close(self):
        self.socket.close()


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


class BroadcastLink:
    """On the server's own segment, below IP: a client without an address."""

    giaddr = "0.0.0.0"

    def __init__(self, interface):
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
        self.socket.bind((interface, 0))

    def send(self, packet, mac):
        udp = struct.pack("!HHHH", 68, 67, 8 + len(packet), 0) + packet
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0,
                         bytes(4), b"\xff" * 4)
        ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
        self.socket.send(BROADCAST_MAC + mac_octets(mac) + b"\x08\x00" + ip + udp)

    def receive(self, timeout):
        end = time.monotonic() + timeout
        while True:
            self.socket.settimeout(max(end - time.monotonic(), 0.001))
            frame = self.socket.recv(65536)
            ip = frame[14:]
            udp = ip[(ip[0] & 15) * 4:]
            if ip[9] == 17 and udp[0:4] == struct.pack("!HH", 67, 68):
                return udp[8:struct.unpack("!H", udp[4:6])[0]]

    def close(self):
        self.socket.close()


class Client:
    """One link to a server, any number of clients by their MAC.

    Client(server, giaddr) speaks as the relay agent giaddr, an address of this
    host; Client(interface="c0") broadcasts there.  Further arguments of the
    messages are those of build().
    """

    def __init__(self, server=None, giaddr=None, interface=None, timeout=2.0):
        self.link = BroadcastLink(interface) if interface else RelayLink(server, giaddr)
        self.timeout = timeout
        self.next_xid = 0x510ad000

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()

    def close(self):
        self.link.close()

    def send(self, kind, mac, xid=None, **words):
        """Sends one packet and returns its xid."""
        if xid is None:
            xid, self.next_xid = self.next_xid, self.next_xid + 1
        words.setdefault("giaddr", self.link.giaddr)
        self.link.send(build(kind, mac, xid, **words), mac)
        return xid

    def receive(self, xid):
        end = time.monotonic() + self.timeout
        while True:
            try:
                reply = Reply(self.link.receive(end - time.monotonic()))
            except socket.timeout:
                raise DhcpTimeout(f"no answer to {xid:#x}") from None
            if reply.op == 2 and reply.xid == xid:
                return reply
            if time.monotonic() >= end:
                raise DhcpTimeout(f"no answer to {xid:#x}")

    def ask(self, kind, mac, **words):
        """Sends one packet and returns the answer."""
        return self.receive(self.send(kind, mac, **words))

    def discover(self, mac, **words):
        return self.ask(DISCOVER, mac, **words)

    def request(self, mac, address, server_id=None, options=(), **words):
        """Selecting with server_id (octets, as in the OFFER), else init-reboot."""
        pairs = [(50, socket.inet_aton(address))]
        if server_id is not None:
            pairs.append((54, server_id))
        return self.ask(REQUEST, mac, options=pairs + list(options), **words)

    def lease(self, mac, **words):
        """DISCOVER and REQUEST; returns OFFER and the answer to the REQUEST."""
        offer = self.discover(mac, **words)
        return offer, self.request(mac, offer.yiaddr, offer.options[54], **words)

    def renew(self, mac, address, **words):
        return self.ask(REQUEST, mac, ciaddr=address, **words)

    def inform(self, mac, address, **words):
        """Servers answer at `address` itself, even through a relay: a relay
        link hears it only when the address is its own."""
        return self.ask(INFORM, mac, ciaddr=address, **words)

    def release(self, mac, address, server_id, **words):
        self.send(RELEASE, mac, ciaddr=address, asks=None, options=[(54, server_id)], **words)

    def decline(self, mac, address, server_id, **words):
        self.send(DECLINE, mac, asks=None,
                  options=[(50, socket.inet_aton(address)), (54, server_id)], **words)
