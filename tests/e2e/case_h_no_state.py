# SPDX-License-Identifier: BSD-2-Clause
"""h. Without a state both servers serve plainly, say so once, pick it up."""

import contextlib
import os
import shutil
import time

from firmware import BRIDGE_DIR, PLAIN_LOAD
from hand import HandPhone
from harness import case, check, laboratory, same
from lab import Lab
from net import SERVER
from servers import wait_until

PHONE = "00:1b:54:00:11:01"
KEA_MISSING, KEA_READY = "STAGELOAD_STATE_MISSING", "STAGELOAD_STATE_READY"
TFTPD_MISSING = "files are served as asked"
TFTPD_READY = "phones are served by stage"


def count(server, words):
    return sum(words in line for line in server.log().splitlines())


def check_plain(lab, phone):
    """Leases with the static options, files as in.tftpd alone gives them."""
    for _ in range(5):
        phone.lease(seen=False)
        same("servers without a state", phone.ack.servers(), [SERVER])
        same("boot file without a state", phone.get(phone.boot_file),
             lab.file(phone.boot_file))
        time.sleep(0.3)


def check_said_once(lab, times=1):
    same("times Kea said that there is no state",
         count(lab.kea, KEA_MISSING), times)
    same("times in.tftpd said that there is no state",
         count(lab.tftpd, TFTPD_MISSING), times)


def check_picked_up(lab, phone):
    wait_until("Kea picks the state up", 10,
               lambda: count(lab.kea, KEA_READY) >= 1)
    lab.wait_configured()
    phone.lease()
    # in.tftpd looks when it is asked.
    phone.ask("ITLFile.tlv")
    wait_until("in.tftpd serves by stage", 10, lambda: phone.get(
        phone.boot_file) == lab.file(BRIDGE_DIR, phone.boot_file), 0.2)
    check(count(lab.tftpd, TFTPD_READY) == 1,
          "in.tftpd does not say that it has the state")
    phone.live()


@case("h-absent")
def absent():
    with laboratory(Lab(top=PLAIN_LOAD)) as lab:
        os.rmdir(lab.state)
        lab.kea.start()
        lab.tftpd.start()
        phone = HandPhone(lab, PHONE)
        check_plain(lab, phone)
        check_said_once(lab)
        lab.make_state()
        time.sleep(1)
        lab.engine.start()
        check_picked_up(lab, phone)


@case("h-empty")
def empty():
    """The package was installed, the engine has never run."""
    with laboratory(Lab(top=PLAIN_LOAD)) as lab:
        lab.kea.start()
        lab.tftpd.start()
        phone = HandPhone(lab, PHONE)
        check_plain(lab, phone)
        check_said_once(lab)
        lab.engine.start()
        check_picked_up(lab, phone)


@case("h-unreadable")
def unreadable():
    """A file where the state should be, and one that is no database."""
    with laboratory(Lab(top=PLAIN_LOAD)) as lab:
        os.rmdir(lab.state)
        with open(lab.state, "wb") as file:
            file.write(b"not a directory\n")
        lab.kea.start()
        lab.tftpd.start()
        phone = HandPhone(lab, PHONE)
        check_plain(lab, phone)
        check_said_once(lab)
        os.unlink(lab.state)
        lab.make_state()
        for name in ("state.mdb", "journal"):
            with open(os.path.join(lab.state, name), "wb") as file:
                file.write(b"\xa5" * 8192)
        check_plain(lab, phone)
        check(lab.kea.running and lab.tftpd.running, "a server has ended")
        for name in os.listdir(lab.state):
            os.unlink(os.path.join(lab.state, name))
        lab.engine.start()
        check_picked_up(lab, phone)


def own_by_group(lab, group, mode=0o2770):
    shutil.chown(lab.state, "root", group)
    os.chmod(lab.state, mode)
    for name in os.listdir(lab.state):
        shutil.chown(os.path.join(lab.state, name), "root", group)


@case("h-kea-no-permission")
def no_permission():
    """kea-dhcp4 as _kea, as Debian runs it, and a directory closed to it."""
    with laboratory(Lab(top=PLAIN_LOAD, user="_kea")) as lab:
        os.chmod(lab.state, 0o700)
        lab.engine.start()
        lab.kea.start()
        lab.tftpd.start()
        phone = HandPhone(lab, PHONE)
        for _ in range(5):
            phone.lease(seen=False)
            same("servers without a state", phone.ack.servers(), [SERVER])
            time.sleep(0.3)
        same("times Kea said that there is no state",
             count(lab.kea, KEA_MISSING), 1)
        own_by_group(lab, "_kea")
        check_picked_up(lab, phone)


@case("h-vanishes")
def vanishes():
    """The state goes away under running servers, and comes back."""
    with laboratory(Lab(top=PLAIN_LOAD)) as lab:
        lab.start()
        phone = HandPhone(lab, PHONE).lease()
        same("boot file", phone.get(phone.boot_file),
             lab.file(BRIDGE_DIR, phone.boot_file))
        lab.engine.kill9()
        for name in os.listdir(lab.state):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(os.path.join(lab.state, name))
        time.sleep(1.5)
        check_plain(lab, phone)
        check(lab.kea.running and lab.tftpd.running, "a server has ended")
        lab.engine.start()
        wait_until("the configuration is published again", 10,
                   lambda: os.path.exists(
                       os.path.join(lab.state, "config.json")))
        phone.lease()
        wait_until("in.tftpd serves by stage", 10, lambda: phone.get(
            phone.boot_file) == lab.file(BRIDGE_DIR, phone.boot_file), 0.2)
