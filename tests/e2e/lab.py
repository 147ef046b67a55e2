# SPDX-License-Identifier: BSD-2-Clause
"""The laboratory: a network, firmware, both servers, the engine, and phones."""

import copy
import json
import os
import shutil
import subprocess
import tempfile
import threading

import firmware
from dhcpclient import Client
from net import GIADDR, SERVER, Net
from servers import Engine, Kea, ServerError, Tftpd, wait_until
from simulator import Phones

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.realpath(os.path.join(HERE, "..", ".."))


PREFIX = "stageload-lab-"       # of the directories in /tmp, then the pid


def remove_leftovers():
    """Directories of runs that were killed before they could tidy up."""
    for name in os.listdir(tempfile.gettempdir()):
        pid = name.removeprefix(PREFIX).split("-")[0]
        if name.startswith(PREFIX) and pid.isdigit() \
                and not os.path.exists("/proc/" + pid) \
                and not os.environ.get("KEEP"):
            shutil.rmtree(os.path.join(tempfile.gettempdir(), name),
                          ignore_errors=True)


def build_directory():
    """Where the products are: BUILD, else build/ of the sources."""
    return os.path.abspath(os.environ.get("BUILD")
                           or os.path.join(TOP, "build"))


PRODUCTS = ("libdhcp_stageload.so", "tftp_stageload.so",
            "tftpd_remap_preload.so", "stageload", "phonesim")


def missing_products():
    build = build_directory()
    return [name for name in PRODUCTS
            if not os.path.exists(os.path.join(build, name))]


def copy_products(place):
    """To a path without spaces, at which LD_PRELOAD would split, and out of a
    home directory, into which a server's own user may not look."""
    for name in PRODUCTS:
        os.chmod(shutil.copy(os.path.join(build_directory(), name), place),
                 0o755)
    return place


def default_stages():
    """The stages of parameters(), to be changed by a case."""
    return [{"name": "bridge", "directory": firmware.BRIDGE_DIR,
             "config": "bridge.cnf.xml"},
            {"name": "target", "directory": firmware.TARGET_DIR}]


class Lab:
    """Use as a context.  Nothing is started but the network.

    hook=None      Kea runs without the hook
    hook={...}     changes to parameters(); plan=... changes of its only plan
    tftp_module    in.tftpd runs with the carrier and the module
    top            a load at the top of the TFTP root, for who is no phone
    """

    def __init__(self, hook=(), tftp_module=True, size=20000,
                 top=None, retransmit_us=200000, user=None, **kea):
        self.build = None
        self.directory = tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-")
        os.chmod(self.directory, 0o755)
        self.net = Net()
        self.root = os.path.join(self.directory, "tftp")
        self.state = os.path.join(self.directory, "state")
        self.size, self.top = size, top
        self.settings = (hook, tftp_module, retransmit_us, user, kea)
        self.kea = self.tftpd = self.engine = None
        self.runs = []

    def __enter__(self):
        try:
            self.net.__enter__()
            self._make()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, kind, *_):
        self.close(keep=bool(os.environ.get("KEEP")) and kind is not None)

    def _place(self, name):
        path = os.path.join(self.directory, name)
        os.makedirs(path, mode=0o755)
        return path

    def _make(self):
        hook, tftp_module, retransmit_us, user, kea = self.settings
        self.build = copy_products(self._place("build"))
        firmware.make_root(self.root, self.size, self.top)
        self.make_state()
        self.kea = Kea(
            self.net, self._place("kea"),
            os.path.join(self.build, "libdhcp_stageload.so"),
            None if hook is None else self.parameters(**dict(hook)),
            user, **kea)
        if user:
            shutil.chown(self.kea.directory, user)
        self.tftpd = Tftpd(self.net, self._place("tftpd"), self.root,
                           self.build if tftp_module else None, self.state,
                           retransmit_us)
        self.engine = Engine(self.net, self._place("engine"),
                             os.path.join(self.build, "stageload"), self.state)

    def make_state(self):
        """The directory as a package makes it, for servers that are root."""
        os.makedirs(self.state, exist_ok=True)
        os.chmod(self.state, 0o2770)

    def parameters(self, plan=None, **changes):
        """The hook's parameters, in the time of simulated phones."""
        found = {
            "state": self.state,
            "tftp-root": self.root,
            "tftp-servers": [SERVER],
            "stuck-after": 3,
            "attempt-window": 1,
            "hold-down": 20,
            "plans": [{
                "name": "7906-to-sip",
                "models": ["7906", "7911"],
                "strategy": "climb",
                "stages": default_stages()}],
        }
        found.update(copy.deepcopy(changes))
        found["plans"][0].update(copy.deepcopy(plan or {}))
        return found

    def start(self):
        """All three, the engine first; returns when a phone may come."""
        self.engine.start()
        self.kea.start()
        self.tftpd.start()
        self.wait_configured()
        return self

    def wait_configured(self, seconds=10):
        """The hook published its configuration and the engine took it."""
        if self.kea.hook is not None:
            path = os.path.join(self.state, "config.json")
            wait_until("config.json is published", seconds,
                       lambda: os.path.exists(path))

    def servers(self):
        return [x for x in (self.kea, self.tftpd, self.engine) if x]

    # Phones.

    def start_phones(self, specs, scale=30, timeout=90, *arguments):
        run = Phones(self, specs, scale, timeout, arguments)
        self.runs.append(run)
        return run

    def phones(self, specs, scale=30, timeout=90, *arguments):
        """Runs them to their end; (exit status, the run)."""
        run = self.start_phones(specs, scale, timeout, *arguments)
        return run.wait(), run

    def dhcp(self):
        """A client at the relay's address; a context, used in inside_phone."""
        return Client(SERVER, GIADDR)

    def inside_phone(self):
        return self.net.inside(self.net.phone)

    # The command.

    def command(self, *words, check=True):
        done = subprocess.run(
            self.net.command(
                self.net.server, os.path.join(self.build, "stageload"),
                "--state", self.state, *words),
            capture_output=True, text=True, timeout=30, check=False)
        if check and done.returncode != 0:
            raise ServerError(f"stageload {' '.join(words)}: exit status "
                              f"{done.returncode}: {done.stderr.strip()}")
        return done

    def status(self):
        return json.loads(self.command("status", "--json").stdout)

    def phone(self, mac):
        """The phone's row of status, or None."""
        for row in self.status()["phones"]:
            if row["mac"] == mac:
                return row
        return None

    def show(self, mac):
        return json.loads(self.command("show", mac, "--json").stdout)

    def wait_for(self, mac, status, seconds=10, **members):
        """Until the phone has that status (and members); its row."""
        last = [None]

        def reached():
            last[0] = self.phone(mac)
            return last[0] and last[0]["status"] == status and all(
                last[0][key] == value for key, value in members.items())
        try:
            wait_until("", seconds, reached, 0.05)
        except ServerError:
            wanted = " ".join([status] + [f"{k}={v}" for k, v in members.items()])
            raise ServerError(f"{mac} is not {wanted} within {seconds:g} s, "
                              f"but {brief(last[0])}") from None
        return last[0]

    def file(self, *names):
        """The octets of a file below the TFTP root."""
        with open(os.path.join(self.root, *names), "rb") as file:
            return file.read()

    def tails(self, lines=15):
        """What the servers said last, for somebody who looks for a fault."""
        text = ""
        for server in self.servers():
            said = server.log().splitlines()[-lines:]
            text += "".join(f"    {server.name}: {line}\n" for line in said)
        for run in self.runs:
            said = run.output().splitlines()[-8:]
            text += "".join(f"    phonesim: {line}\n" for line in said)
        return text

    def close(self, keep=False):
        for run in self.runs:
            run.stop()
        for server in self.servers():
            server.stop()
        if self.tftpd:
            self.tftpd.close()
        self.net.close()
        if not keep:
            shutil.rmtree(self.directory, ignore_errors=True)


def brief(row):
    """A row of status in a few words."""
    if row is None:
        return "unknown"
    return (f"{row['status']} at {row['stage']} "
            f"({row['attempts']} attempts, {row['reason']})")


def at_once(*functions):
    """Runs them in threads that begin together; their results in order."""
    results = [None] * len(functions)
    gate = threading.Barrier(len(functions))

    def work(index, function):
        gate.wait()
        try:
            results[index] = function()
        except Exception as error:      # the caller's thread raises it
            results[index] = error
    threads = [threading.Thread(target=work, args=pair)
               for pair in enumerate(functions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        if isinstance(result, Exception):
            raise result
    return results
