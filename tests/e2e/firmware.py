# SPDX-License-Identifier: BSD-2-Clause
"""Look-alike firmware below a TFTP root: a bridge, a target, and a root that
holds, at its top, what an administrator without stageload would put there."""

import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
LOOKALIKE = os.path.join(HERE, "..", "phonesim", "lookalike.py")

BRIDGE_DIR, BRIDGE_LOAD = "sccp-8.5.2", "SCCP11.8-5-2S"
TARGET_DIR, TARGET_LOAD = "sip-9.4.2sr1", "SIP11.9-4-2SR1-1S"
PLAIN_LOAD = "SIP11.9-2-1S"

# name: build, protocol, keys that sign it, keys a phone knows afterwards
LOADS = {
    BRIDGE_LOAD: ("8-5-2TH1-9", "sccp", "both", "both"),
    TARGET_LOAD: ("9-4-2ES9", "sip", "new", "new"),
    PLAIN_LOAD: ("9-2-1TH1-13", "sip", "new", "new"),
}

BOOT_FILES = {"7906": "term06.default.loads", "7911": "term11.default.loads"}


def parts(load):
    """The images of a load, in the order in which a phone asks them."""
    build, proto = LOADS[load][:2]
    return [f"jar11{proto}.{build}.sbn", f"cnu11.{build}.sbn",
            f"apps11.{build}.sbn", f"dsp11.{build}.sbn",
            f"cvm11{proto}.{build}.sbn"]


def make_load(directory, load, size):
    build, proto, sign, keys = LOADS[load]
    subprocess.run(
        [sys.executable, LOOKALIKE, directory, "--load", load,
         "--build", build, "--proto", proto, "--family", "11",
         "--terms", "06,11", "--sign", sign, "--keys", keys,
         "--size", str(size)], check=True)


def write_config(path, load):
    """A phone's configuration file that names a load, or none."""
    element = f"<loadInformation>{load}</loadInformation>" if load else ""
    with open(path, "w", encoding="ascii") as file:
        file.write(f"<device>\n <deviceProtocol>SIP</deviceProtocol>\n"
                   f" {element}\n</device>\n")
    os.chmod(path, 0o644)


def make_root(root, size, top=PLAIN_LOAD):
    """The whole TFTP root; `top` is the load at its top, or None."""
    os.makedirs(root, mode=0o755, exist_ok=True)
    os.chmod(root, 0o755)
    make_load(os.path.join(root, BRIDGE_DIR), BRIDGE_LOAD, size)
    make_load(os.path.join(root, TARGET_DIR), TARGET_LOAD, size)
    write_config(os.path.join(root, BRIDGE_DIR, "bridge.cnf.xml"), TARGET_LOAD)
    write_config(os.path.join(root, TARGET_DIR, "target.cnf.xml"), TARGET_LOAD)
    write_config(os.path.join(root, "XMLDefault.cnf.xml"), None)
    if top:
        make_load(root, top, size)
