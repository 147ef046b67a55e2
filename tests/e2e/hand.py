# SPDX-License-Identifier: BSD-2-Clause
"""A phone played by hand: one message at a time, as the case says."""

import firmware
from dhcpclient import ACK, OFFER
from harness import same
from net import SERVER
from tftpclient import TftpClient, TftpError

VENDOR = "Cisco Systems, Inc. IP Phone CP-{}G\0"
ASKS = (1, 66, 6, 3, 15, 150, 35)


class HandPhone:
    def __init__(self, lab, mac, model="7906"):
        self.lab, self.mac, self.model = lab, mac, model
        self.boot_file = firmware.BOOT_FILES[model]
        self.ip = None
        self.offer = self.ack = None
        self.tftp = TftpClient(timeout=1.0, retries=4)

    def words(self):
        return {"vendor": VENDOR.format(self.model).encode(), "asks": ASKS}

    def lease(self, seen=True):
        """DISCOVER and REQUEST; waits until the engine knows the phone."""
        with self.lab.inside_phone(), self.lab.dhcp() as client:
            self.offer, self.ack = client.lease(self.mac, **self.words())
        same("type of the first answer", self.offer.type, OFFER)
        same("type of the second answer", self.ack.type, ACK)
        self.ip = self.ack.yiaddr
        if seen:
            self.lab.wait_for(self.mac, "new")
        return self

    def get(self, name, **how):
        """The octets of a file, asked from the phone's own address."""
        with self.lab.inside_phone():
            return self.tftp.get(SERVER, name, source_ip=self.ip, **how)

    def ask(self, name):
        """The same, or the TFTP error's number."""
        try:
            return self.get(name)
        except TftpError as error:
            return error.code

    def take(self, load):
        """Boot file and all images, each fetched whole; checks the octets."""
        directory = directory_of(load)
        same(f"{self.boot_file} for {self.mac}", self.get(self.boot_file),
             self.lab.file(directory, self.boot_file))
        for name in firmware.parts(load):
            same(name, self.get(name), self.lab.file(directory, name))

    def live(self):
        """What a phone asks when its application runs."""
        digits = self.mac.replace(":", "").upper()
        for name in (f"CTLSEP{digits}.tlv", f"ITLSEP{digits}.tlv",
                     "ITLFile.tlv"):
            same(name, self.ask(name), 1)
        return self.ask(f"SEP{digits}.cnf.xml")


def directory_of(load):
    return {firmware.BRIDGE_LOAD: firmware.BRIDGE_DIR,
            firmware.TARGET_LOAD: firmware.TARGET_DIR}[load]
