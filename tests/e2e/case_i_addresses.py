# SPDX-License-Identifier: BSD-2-Clause
"""i. Addresses change hands, and whoever asks is not who he seems to be."""

import time

from dhcpclient import ACK
from firmware import BRIDGE_DIR, BRIDGE_LOAD, PLAIN_LOAD, TARGET_DIR
from hand import HandPhone
from harness import case, check, laboratory, same
from lab import Lab
from net import SERVER, SUBNET
from tftpclient import TftpClient, TftpError

PC = "02:99:00:00:00:01"
NAME = "term06.default.loads"
SETTLED = 0.3       # seconds; a commit takes some milliseconds


def pool(last):
    """Kea with a pool of so few addresses that they change hands."""
    return {"subnet4": [{"id": 1, "subnet": SUBNET, "pools": [
        {"pool": f"10.99.1.0 - 10.99.1.{last}"}]}]}


def get(lab, address, name=NAME):
    """The octets that somebody at this address gets, or the error's code."""
    with lab.inside_phone():
        try:
            return TftpClient().get(SERVER, name, source_ip=address)
        except TftpError as error:
            return error.code


def release(lab, mac, ack):
    with lab.inside_phone(), lab.dhcp() as client:
        client.release(mac, ack.yiaddr, ack.options[54])
    time.sleep(SETTLED)


def climb(lab, phone):
    """The phone runs the bridge, so its boot file is the target's."""
    phone.take(BRIDGE_LOAD)
    lab.wait_for(phone.mac, "flashing")
    phone.live()
    lab.wait_for(phone.mac, "climbing")


@case("i-address-handed-on")
def handed_on():
    """From the phone to a PC and back: the PC gets the plain files."""
    with laboratory(Lab(top=PLAIN_LOAD, **pool(0))) as lab:
        lab.start()
        phone = HandPhone(lab, "00:1b:54:00:12:01").lease()
        for _ in range(3):
            same("the phone's boot file", get(lab, phone.ip),
                 lab.file(BRIDGE_DIR, NAME))
            release(lab, phone.mac, phone.ack)
            same("released", get(lab, phone.ip), lab.file(NAME))
            with lab.inside_phone(), lab.dhcp() as client:
                _, ack = client.lease(PC)
            same("the PC's address", ack.yiaddr, phone.ip)
            same("the PC's file", get(lab, ack.yiaddr), lab.file(NAME))
            release(lab, PC, ack)
            phone.lease(seen=False)
            time.sleep(SETTLED)


@case("i-addresses-exchanged")
def exchanged():
    """Two phones in different stages swap their addresses."""
    with laboratory(Lab(top=PLAIN_LOAD, **pool(1))) as lab:
        lab.start()
        low = HandPhone(lab, "00:1b:54:00:12:02").lease()
        high = HandPhone(lab, "00:1b:54:00:12:03").lease()
        climb(lab, high)
        for _ in range(2):
            wanted = {low: high.ip, high: low.ip}
            release(lab, low.mac, low.ack)
            release(lab, high.mac, high.ack)
            for phone, address in wanted.items():
                with lab.inside_phone(), lab.dhcp() as client:
                    phone.ack = client.request(
                        phone.mac, address, phone.ack.options[54],
                        **phone.words())
                same("type", phone.ack.type, ACK)
                phone.ip = phone.ack.yiaddr
            time.sleep(SETTLED)
            same("who is low", get(lab, low.ip), lab.file(BRIDGE_DIR, NAME))
            same("who is high", get(lab, high.ip), lab.file(TARGET_DIR, NAME))


@case("i-declined")
def declined():
    with laboratory(Lab(top=PLAIN_LOAD)) as lab:
        lab.start()
        phone = HandPhone(lab, "00:1b:54:00:12:04").lease()
        old = phone.ip
        with lab.inside_phone(), lab.dhcp() as client:
            client.decline(phone.mac, old, phone.ack.options[54])
        time.sleep(SETTLED)
        same("declined address", get(lab, old), lab.file(NAME))
        phone.lease(seen=False)
        time.sleep(SETTLED)
        check(phone.ip != old, "Kea gives the declined address again")
        same("new address", get(lab, phone.ip), lab.file(BRIDGE_DIR, NAME))


@case("i-stranger-names-a-phone")
def stranger():
    """Its names, asked by somebody else, are no sign of its life."""
    with laboratory(Lab(top=PLAIN_LOAD)) as lab:
        lab.start()
        phone = HandPhone(lab, "00:1b:54:00:12:05").lease()
        phone.take(BRIDGE_LOAD)
        lab.wait_for(phone.mac, "flashing")
        digits = phone.mac.replace(":", "").upper()
        for name in (f"SEP{digits}.cnf.xml", f"CTLSEP{digits}.tlv",
                     f"ITLSEP{digits}.tlv", "XMLDefault.cnf.xml"):
            get(lab, "10.99.0.77", name)
        time.sleep(SETTLED)
        same("status", lab.phone(phone.mac)["status"], "flashing")


@case("i-relay-and-client-id")
def relay():
    """Option 82 comes back last and whole; the MAC says who a phone is."""
    inserted = b"\1\4port\2\6switch"
    with laboratory(Lab()) as lab:
        lab.start()
        phone = HandPhone(lab, "00:1b:54:00:12:06")
        words = dict(phone.words(), client_id=b"\1same")
        with lab.inside_phone(), lab.dhcp() as client:
            offer = client.discover(phone.mac, options=[(82, inserted)],
                                    **words)
            ack = client.request(phone.mac, offer.yiaddr, offer.options[54],
                                 options=[(82, inserted)], **words)
            for reply in (offer, ack):
                same("last option", reply.option_list[-1], (82, inserted))
                same("servers", reply.servers(), [SERVER])
            _, other = client.lease("00:1b:54:00:12:07", **words)
        same("one client-id, one lease", other.yiaddr, ack.yiaddr)
        lab.wait_for("00:1b:54:00:12:07", "new", ip=other.yiaddr)
        same("of the phone before", lab.phone(phone.mac)["ip"], None)
