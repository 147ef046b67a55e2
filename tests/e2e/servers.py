# SPDX-License-Identifier: BSD-2-Clause
"""The real programs: kea-dhcp4, in.tftpd, and `stageload run`.

Each runs in the server namespace with a directory of its own, and can be
stopped, killed and started again, as an administrator or a fault would.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import time

from net import GIADDR, SERVER, SUBNET
from systemlog import WITH_DEV_LOG, SystemLog

KEA = "/usr/sbin/kea-dhcp4"
TFTPD = "/usr/sbin/in.tftpd"


class ServerError(Exception):
    """A server did not do what it must before a test can begin."""


def wait_until(what, seconds, condition, step=0.02):
    """Polls; the condition's true value, or ServerError naming `what`."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= end:
            raise ServerError(f"{what}: not within {seconds:g} s")
        time.sleep(step)


class Server:
    """One program.  Subclasses give words() and ready()."""

    name = "server"
    patience = 20

    def __init__(self, net, directory):
        self.net = net
        self.directory = directory
        self.process = None
        self.output = os.path.join(directory, self.name + ".out")

    def words(self):
        raise NotImplementedError

    def environment(self):
        return {}

    def ready(self):
        raise NotImplementedError

    @property
    def running(self):
        return self.process is not None and self.process.poll() is None

    def launch(self):
        """Starts it and does not wait."""
        environment = dict(os.environ, LC_ALL="C", **self.environment())
        with open(self.output, "ab") as output:
            self.process = subprocess.Popen(
                self.net.command(self.net.server, *self.words()),
                stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                env=environment, cwd=self.directory, start_new_session=True)

    def start(self):
        self.launch()

        def done():
            if not self.running:
                raise ServerError(
                    f"{self.name} ended with {self.process.returncode}: "
                    + self.log()[-800:])
            return self.ready()
        wait_until(self.name + " is ready", self.patience, done)
        return self

    def _signal_group(self, number):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def stop(self):
        """The way a service manager stops it, children included."""
        if self.process is None:
            return
        if self.running:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                pass
        self._signal_group(signal.SIGKILL)
        self.process.wait()
        self.process = None

    def kill9(self, children=False):
        """kill -9 of the program alone, or of its children too."""
        if children:
            self._signal_group(signal.SIGKILL)
        else:
            self.process.kill()
        self.process.wait()

    def log(self):
        """Everything it said."""
        with contextlib.suppress(FileNotFoundError):
            with open(self.output, encoding="utf-8", errors="replace") as file:
                return file.read()
        return ""


class Kea(Server):
    """kea-dhcp4.  `hook` is the parameters' object, or None for no hook."""

    name = "kea-dhcp4"

    def __init__(self, net, directory, library, hook=None, user=None, **extra):
        super().__init__(net, directory)
        self.library, self.hook, self.user = library, hook, user
        self.extra = extra          # more members of "Dhcp4"
        self.file = os.path.join(directory, "kea-dhcp4.conf")
        self.socket = os.path.join(directory, "kea4.sock")
        self.log_file = os.path.join(directory, "kea-dhcp4.log")
        self.mark = 0               # where the log of this start begins

    def config(self, hook="same"):
        """The configuration as an object; another hook's parameters on wish."""
        hook = self.hook if hook == "same" else hook
        dhcp4 = {
            "interfaces-config": {"interfaces": ["s0"],
                                  "dhcp-socket-type": "udp"},
            "control-socket": {"socket-type": "unix",
                               "socket-name": self.socket},
            "lease-database": {
                "type": "memfile", "lfc-interval": 0,
                "name": os.path.join(self.directory, "leases.csv")},
            "valid-lifetime": 3600,
            "loggers": [{
                "name": "kea-dhcp4", "severity": "INFO",
                "output_options": [{"output": self.log_file,
                                    "maxsize": 0}]}],
            "subnet4": [{
                "id": 1, "subnet": SUBNET,
                "pools": [{"pool": "10.99.1.0 - 10.99.250.255"}],
                "option-data": [{"name": "routers", "data": GIADDR}]}],
        }
        dhcp4.update(json.loads(json.dumps(self.extra)))
        if hook is not None:
            dhcp4.setdefault("hooks-libraries", []).append(
                {"library": self.library, "parameters": hook})
        return {"Dhcp4": dhcp4}

    def program(self):
        """A copy: where AppArmor confines kea-dhcp4 it goes by the path, and
        would keep it from a configuration in /tmp."""
        copy = os.path.join(self.directory, self.name)
        if not os.path.exists(copy):
            shutil.copy(KEA, copy)
        return copy

    def words(self):
        words = [self.program(), "-c", self.file]
        if self.user:
            capabilities = "+net_bind_service,+net_raw"
            words = ["setpriv", "--reuid", self.user, "--regid", self.user,
                     "--init-groups", "--inh-caps", capabilities,
                     "--ambient-caps", capabilities, "--", *words]
        return words

    def environment(self):
        return {"KEA_PIDFILE_DIR": self.directory,
                "KEA_LOCKFILE_DIR": self.directory,
                "KEA_HOOKS_PATH": os.path.dirname(self.library)}

    def launch(self):
        with open(self.file, "w", encoding="ascii") as file:
            json.dump(self.config(), file, indent=1)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.socket)
        self.mark = len(self.log())
        super().launch()

    def ready(self):
        return "DHCP4_STARTED" in self.log()[self.mark:]

    def refused(self):
        """Starts with a configuration that must not do; its log since."""
        self.launch()
        try:
            self.process.wait(self.patience)
        except subprocess.TimeoutExpired:
            self.stop()
            return None
        return self.log()[self.mark:]

    def log(self):
        text = super().log()
        with contextlib.suppress(FileNotFoundError):
            with open(self.log_file, encoding="utf-8",
                      errors="replace") as file:
                text += file.read()
        return text

    def ask(self, command, arguments=None):
        """One command over the control socket; the answer's object."""
        question = {"command": command}
        if arguments is not None:
            question["arguments"] = arguments
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
            sock.settimeout(15)
            sock.connect(self.socket)
            sock.sendall(json.dumps(question).encode())
            answer = b""
            while chunk := sock.recv(65536):
                answer += chunk
        return json.loads(answer)


class Tftpd(Server):
    """in.tftpd; with a carrier and a module when `build` is given."""

    name = "in.tftpd"

    def __init__(self, net, directory, root, build=None, state=None,
                 retransmit_us=None, address=SERVER):
        super().__init__(net, directory)
        self.root, self.build, self.state = root, build, state
        self.retransmit_us, self.address = retransmit_us, address
        os.makedirs(os.path.join(directory, "dev"), exist_ok=True)
        self.syslog = SystemLog(os.path.join(directory, "log"))

    def words(self):
        loaded = []
        if self.build:
            loaded = [
                "LD_PRELOAD=" + os.path.join(self.build,
                                             "tftpd_remap_preload.so"),
                "TFTPD_REMAP_MODULE=" + os.path.join(self.build,
                                                     "tftp_stageload.so"),
                "STAGELOAD_STATE=" + self.state]
        words = [TFTPD, "-L", "-v", "--secure", "-u", "tftp",
                 "--address", self.address + ":69"]
        if self.retransmit_us:
            words += ["--retransmit", str(self.retransmit_us)]
        return ["unshare", "-m", "--propagation", "private",
                "sh", "-c", WITH_DEV_LOG, "sh", self.directory,
                "env", *loaded, *words, self.root]

    def ready(self):
        """Port 69 (0x45) is bound in the server namespace."""
        with self.net.inside(self.net.server):
            with open("/proc/thread-self/net/udp", encoding="ascii") as file:
                bound = [line.split()[1] for line in file.readlines()[1:]]
        return any(local.endswith(":0045") for local in bound)

    def lines(self):
        """Its log lines, the way syslogd would have had them."""
        return list(self.syslog.lines)

    def requests(self):
        """(address, name) of each request in in.tftpd's own words: the name is
        the one it served."""
        found = []
        for line in self.lines():
            words = line.split(": ", 1)[-1].split()
            if words[:2] == ["RRQ", "from"] and words[3:4] == ["filename"] \
                    and "served" not in words:
                found.append((words[2].removeprefix("::ffff:"),
                              words[4]))
        return found

    def log(self):
        return super().log() + "".join(x + "\n" for x in self.lines())

    def close(self):
        self.stop()
        self.syslog.close()


class Engine(Server):
    """`stageload run`."""

    name = "stageload"

    def __init__(self, net, directory, command, state):
        super().__init__(net, directory)
        self.command, self.state = command, state
        self.mark = 0               # where the log of this start begins

    def words(self):
        return [self.command, "run", "--state", self.state]

    def launch(self):
        self.mark = len(self.log())
        super().launch()

    def ready(self):
        return "engine works in" in self.log()[self.mark:]
