# SPDX-License-Identifier: BSD-2-Clause
"""A small network of its own: a server, a relay, and phones behind it.

    server namespace                     phone namespace
    10.98.0.1/30 s0 ------------------- p0 10.98.0.2/30
    10.98.1.1, 10.98.2.1 on lo          10.99.0.2 (the relay, giaddr) on lo
                                        10.99.0.0/16 local: any address is ours

Nothing touches the host's own interfaces, and everything is gone when the
context ends, by whatever way.
"""

import atexit
import contextlib
import ctypes
import os
import re
import subprocess

SERVER = "10.98.0.1"
MORE_SERVERS = ("10.98.1.1", "10.98.2.1")
GIADDR = "10.99.0.2"
SUBNET = "10.99.0.0/16"

CLONE_NEWNET = 0x40000000
NAMES = re.compile(r"sl(\d+)n\d+[sp]$")
NETNS = "/run/netns"

_libc = ctypes.CDLL(None, use_errno=True)
_live = []          # networks of this process that are still up
_count = 0


def _setns(descriptor):
    if _libc.setns(descriptor, CLONE_NEWNET) != 0:
        code = ctypes.get_errno()
        raise OSError(code, "setns: " + os.strerror(code))


def _ip(*words, check=True):
    return subprocess.run(["ip", *words], check=check, text=True,
                          capture_output=True)


def _end_processes(namespace):
    """Ends what still runs in one of our namespaces."""
    found = _ip("netns", "pids", namespace, check=False)
    for pid in found.stdout.split():
        with contextlib.suppress(OSError):
            os.kill(int(pid), 9)


def _delete(namespace):
    _end_processes(namespace)
    _ip("netns", "del", namespace, check=False)


def remove_leftovers():
    """Namespaces of runs that were killed before they could tidy up."""
    if not os.path.isdir(NETNS):
        return
    for name in os.listdir(NETNS):
        match = NAMES.match(name)
        if match and not os.path.exists("/proc/" + match.group(1)):
            _delete(name)


def why_not():
    """None if namespaces can be made here, else the reason in words."""
    if os.geteuid() != 0:
        return "not root: network namespaces need it"
    name = f"sl{os.getpid()}n0s"
    try:
        made = _ip("netns", "add", name, check=False)
    except FileNotFoundError:
        return "no ip command (package iproute2)"
    if made.returncode != 0:
        return "no network namespaces here: " + made.stderr.strip()
    _delete(name)
    return None


class Net:
    """Use as a context; `server` and `phone` are the namespaces' names."""

    def __init__(self):
        global _count
        _count += 1
        stem = f"sl{os.getpid()}n{_count}"
        self.server, self.phone = stem + "s", stem + "p"

    def __enter__(self):
        _live.append(self)
        try:
            self._make()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def _make(self):
        for name in (self.server, self.phone):
            _ip("netns", "add", name)
            _ip("-n", name, "link", "set", "lo", "up")
        _ip("link", "add", "s0", "netns", self.server, "type", "veth",
            "peer", "name", "p0", "netns", self.phone)
        # Filters of one side would drop what comes from a phone's address.
        for name, device in ((self.server, "s0"), (self.phone, "p0")):
            for which in ("all", device):
                self.write(name, f"ipv4/conf/{which}/rp_filter", "0")
        _ip("-n", self.server, "addr", "add", SERVER + "/30", "dev", "s0")
        _ip("-n", self.phone, "addr", "add", "10.98.0.2/30", "dev", "p0")
        for address in MORE_SERVERS:
            _ip("-n", self.server, "addr", "add", address + "/32", "dev", "lo")
        _ip("-n", self.phone, "addr", "add", GIADDR + "/32", "dev", "lo")
        _ip("-n", self.server, "link", "set", "s0", "up")
        _ip("-n", self.phone, "link", "set", "p0", "up")
        _ip("-n", self.server, "route", "add", SUBNET, "via", "10.98.0.2")
        _ip("-n", self.phone, "route", "add", "default", "via", SERVER)
        _ip("-n", self.phone, "route", "add", "local", SUBNET, "dev", "lo")

    def write(self, namespace, key, value):
        with self.inside(namespace):
            # It shows the namespace of the thread that opens it.
            path = "/proc/sys/net/" + key
            with open(path, encoding="ascii") as file:
                if file.read().strip() == value:
                    return
            with open(path, "w", encoding="ascii") as file:
                file.write(value)

    @contextlib.contextmanager
    def inside(self, namespace):
        """The calling thread is in the namespace; its sockets stay there."""
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        try:
            there = os.open(os.path.join(NETNS, namespace),
                            os.O_RDONLY | os.O_CLOEXEC)
            try:
                _setns(there)
            finally:
                os.close(there)
            try:
                yield
            finally:
                _setns(home)
        finally:
            os.close(home)

    def command(self, namespace, *words):
        """The words that run a command there; its pid is the command's."""
        return ["ip", "netns", "exec", namespace, *words]

    def close(self):
        if self in _live:
            _live.remove(self)
        for name in (self.server, self.phone):
            if os.path.exists(os.path.join(NETNS, name)):
                _delete(name)


@atexit.register
def _close_all():
    for net in list(_live):
        net.close()
