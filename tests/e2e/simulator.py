# SPDX-License-Identifier: BSD-2-Clause
"""Runs of the phone simulator, and what it tells of them."""

import json
import os
import subprocess
import tempfile

from net import GIADDR, SERVER


def spec_lines(specs):
    return "".join(",".join(f"{key}={value}" for key, value in spec.items())
                   + "\n" for spec in specs)


class Phones:
    """A run of the phone simulator."""

    def __init__(self, lab, specs, scale, timeout, arguments):
        self.directory = tempfile.mkdtemp(prefix="phones-", dir=lab.directory)
        listed = os.path.join(self.directory, "phones")
        self.events_file = os.path.join(self.directory, "events")
        self.output_file = os.path.join(self.directory, "output")
        with open(listed, "w", encoding="ascii") as file:
            file.write(spec_lines(specs))
        with open(self.output_file, "wb") as output:
            self.process = subprocess.Popen(
                lab.net.command(
                    lab.net.phone, os.path.join(lab.build, "phonesim"),
                    "--server", SERVER, "--giaddr", GIADDR,
                    "--scale", str(scale), "--timeout", str(timeout),
                    "--events", self.events_file, "--phones-file", listed,
                    *arguments),
                stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        self.timeout = timeout

    @property
    def running(self):
        return self.process.poll() is None

    def wait(self):
        """Its exit status: 0 when every phone finished."""
        return self.process.wait(self.timeout + 20)

    def stop(self):
        if self.running:
            self.process.terminate()
        self.process.wait()

    def events(self, mac=None, event=None):
        """What happened so far, as the simulator told it."""
        found = []
        if not os.path.exists(self.events_file):
            return found
        with open(self.events_file, encoding="ascii") as file:
            for line in file:
                if not line.endswith("\n"):
                    break       # it is being written
                one = json.loads(line)
                if mac in (None, one["mac"]) and event in (None, one["event"]):
                    found.append(one)
        return found

    def output(self):
        with open(self.output_file, encoding="utf-8") as file:
            return file.read()

    def summary(self):
        """mac -> its last line's words: model, load, keys, boots, loops..."""
        found = {}
        for line in self.output().splitlines():
            words = line.split()
            if len(words) >= 7 and words[0].count(":") == 5:
                found[words[0]] = words
        return found
