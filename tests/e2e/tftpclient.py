# SPDX-License-Identifier: BSD-2-Clause
"""A TFTP read client for tests: correct by default, rude on request."""

import socket
import struct

RRQ, WRQ, DATA, ACK, ERROR, OACK = 1, 2, 3, 4, 5, 6


class TftpError(Exception):
    """An ERROR packet from the server."""

    def __init__(self, code, text):
        super().__init__(f"TFTP error {code}: {text}")
        self.code = code
        self.text = text


class TftpTimeout(Exception):
    """The server fell silent."""


def request(name, mode="octet", options=None, opcode=RRQ):
    """The bytes of a well-formed request; name may be str or bytes."""
    if isinstance(name, str):
        name = name.encode()
    packet = struct.pack("!H", opcode) + name + b"\0" + mode.encode() + b"\0"
    for key, value in (options or {}).items():
        packet += str(key).encode() + b"\0" + str(value).encode() + b"\0"
    return packet


def parse_error(packet):
    code = struct.unpack("!H", packet[2:4])[0]
    return TftpError(code, packet[4:].split(b"\0")[0].decode("ascii", "replace"))


def parse_oack(packet):
    words = packet[2:].split(b"\0")
    return {k.decode().lower(): v.decode() for k, v in zip(words[::2], words[1::2])}


class TftpClient:
    """One client address; every transfer uses a port of its own.

    timeout is in seconds and per packet; retries is how often the last
    packet is sent again before giving up.
    """

    def __init__(self, port=69, timeout=1.0, retries=4):
        self.port = port
        self.timeout = timeout
        self.retries = retries
        self.oack = {}          # options the server agreed to, last transfer
        self.blocks = 0         # DATA blocks taken, last transfer

    def _socket(self, host, source_ip, source_port):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_DGRAM)
        sock.settimeout(self.timeout)
        if source_ip or source_port:
            sock.bind((source_ip or "", source_port))
        return sock

    def exchange(self, host, packet, source_ip=None, source_port=0):
        """Send raw bytes once; the first answer, or None."""
        with self._socket(host, source_ip, source_port) as sock:
            sock.sendto(packet, (host, self.port))
            try:
                return sock.recvfrom(65536)[0]
            except socket.timeout:
                return None

    def get(self, host, name, source_ip=None, options=None, mode="octet",
            drop_last_ack=False, abort_at=None, abort_after_oack=False,
            vanish_at=None, duplicate=False, source_port=0, raw=None):
        """Fetch a file and return its octets.

        drop_last_ack     take the last block, never acknowledge it
        abort_at          send ERROR instead of the ACK of this block (from 1);
                          returns what came before
        abort_after_oack  send ERROR on the OACK (a size probe); returns b""
        vanish_at         close the socket instead of that ACK
        duplicate         send the request twice
        raw               these bytes are the request
        """
        packet = request(name, mode, options) if raw is None else raw
        with self._socket(host, source_ip, source_port) as sock:
            sock.sendto(packet, (host, self.port))
            if duplicate:
                sock.sendto(packet, (host, self.port))
            transfer = _Transfer(self, sock, packet, (host, self.port))
            return transfer.run(
                drop_last_ack, abort_at, abort_after_oack, vanish_at)


class _Transfer:
    def __init__(self, client, sock, packet, server):
        self.client, self.sock = client, sock
        self.last, self.to = packet, server
        self.peer = None        # the server's port for this transfer
        client.oack, client.blocks = {}, 0

    def _send(self, packet):
        self.last, self.to = packet, self.peer
        self.sock.sendto(packet, self.peer)

    def _receive(self):
        for _ in range(self.client.retries + 1):
            try:
                while True:
                    packet, source = self.sock.recvfrom(65536)
                    if self.peer in (None, source):
                        break
                    # A second server process of a duplicate request.
                    self.sock.sendto(
                        struct.pack("!HH", ERROR, 5) + b"Unknown transfer\0", source)
                self.peer = source
                return packet
            except socket.timeout:
                self.sock.sendto(self.last, self.to)
        raise TftpTimeout("no answer")

    def _error(self):
        self._send(struct.pack("!HH", ERROR, 0) + b"aborted by test\0")

    def run(self, drop_last_ack, abort_at, abort_after_oack, vanish_at):
        data, wanted, blksize, window = bytearray(), 1, 512, 1
        while True:
            packet = self._receive()
            opcode = struct.unpack("!H", packet[:2])[0]
            if opcode == ERROR:
                raise parse_error(packet)
            if opcode == OACK:
                self.client.oack = parse_oack(packet)
                blksize = int(self.client.oack.get("blksize", blksize))
                window = int(self.client.oack.get("windowsize", window))
                if abort_after_oack:
                    self._error()
                    return b""
                self._send(struct.pack("!HH", ACK, 0))
                continue
            block = struct.unpack("!H", packet[2:4])[0]
            if opcode != DATA or block != wanted & 0xffff:
                continue
            if wanted == abort_at:
                self._error()
                return bytes(data)
            if wanted == vanish_at:
                return bytes(data)
            data += packet[4:]
            self.client.blocks = wanted
            last = len(packet) - 4 < blksize
            if last and drop_last_ack:
                return bytes(data)
            if last or wanted % window == 0:
                self._send(struct.pack("!HH", ACK, block))
            if last:
                return bytes(data)
            wanted += 1


def get(host, name, port=69, timeout=1.0, retries=4, **how):
    """TftpClient.get() for callers that need no more than the octets."""
    return TftpClient(port, timeout, retries).get(host, name, **how)
