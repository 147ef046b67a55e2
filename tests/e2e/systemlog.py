# SPDX-License-Identifier: BSD-2-Clause
"""A system log of one server's own, so that its lines can be read."""

import contextlib
import os
import socket
import threading


class SystemLog:
    """A /dev/log of one server's own: collects its lines in memory."""

    def __init__(self, path):
        self.path = path
        self.lines = []
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.sock.bind(path)
        os.chmod(path, 0o666)
        self.thread = threading.Thread(target=self._collect, daemon=True)
        self.thread.start()

    def _collect(self):
        while True:
            try:
                line = self.sock.recv(8192)
            except OSError:
                return
            if line == b"end":
                return
            text = line.decode("utf-8", "replace").strip("\0\n")
            self.lines.append(text.split(">", 1)[-1])

    def close(self):
        with contextlib.suppress(OSError):
            self.sock.sendto(b"end", self.path)
        self.thread.join(2)
        self.sock.close()


# A device directory with the few that are needed, and the log of the test.
WITH_DEV_LOG = """
mount --rbind /dev "$1"/dev && mount -t tmpfs tmpfs /dev || exit 1
for node in null zero full random urandom; do
    touch /dev/$node && mount --bind "$1"/dev/$node /dev/$node || exit 1
done
ln -s "$1"/log /dev/log || exit 1
shift
exec "$@"
"""
