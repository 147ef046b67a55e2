# SPDX-License-Identifier: BSD-2-Clause
"""Look-alike firmware and plans of the model families."""

import os
import subprocess
import sys

from firmware import LOOKALIKE

SIZE = 3000         # octets of an image: many phones, little time

# family -> models with its boot files, as the simulator calls them
TNP = {
    "11": ["7906", "7911"],
    "31": ["7931"],
    "41": ["7941", "7941G-GE", "7961", "7961G-GE"],
    "42": ["7942", "7962"],
    "45": ["7945", "7965"],
    "70": ["7970", "7971"],
    "75": ["7975"],
}

# The ladder of the 7940 and 7960, lowest first.
LADDER = ["P0S30202", "P0S3-04-4-00", "P0S3-05-3-00", "P0S3-06-3-00",
          "P0S3-07-5-00", "P0S3-08-12-00"]


def bridge(family):
    return f"SCCP{family}.8-5-2S"


def target(family):
    return f"SIP{family}.9-4-2SR1-1S"


def make(lab, directory, load, *more):
    """A firmware directory below the lab's root."""
    subprocess.run([sys.executable, LOOKALIKE,
                    os.path.join(lab.root, directory), "--load", load,
                    "--size", str(SIZE), *more], check=True)


def write(lab, directory, name, text):
    path = os.path.join(lab.root, directory, name)
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
    os.chmod(path, 0o644)


def write_xml(lab, directory, name, load):
    write(lab, directory, name, "<device>\n <loadInformation>"
          f"{load}</loadInformation>\n</device>\n")


def stage(name, directory, config=None, **more):
    found = {"name": name, "directory": directory, **more}
    if config:
        found["config"] = config
    return found


def plan(name, stages, **more):
    return {"name": name, "stages": stages, **more}


def numbers(models):
    """As a plan names them: the GE variants are their models."""
    return sorted({model[:4] for model in models})


def tnp_plan(family):
    return plan("tnp" + family,
                [stage("bridge", "bridge" + family, "next.cnf.xml"),
                 stage("target", "target" + family)],
                models=numbers(TNP[family]))


def make_tnp(lab, family):
    make(lab, "bridge" + family, bridge("00"), "--build", "8-5-2TH1-9",
         "--proto", "sccp", "--families", family)
    make(lab, "target" + family, target("00"), "--build", "9-4-2ES9",
         "--families", family, "--sign", "new", "--keys", "new")
    write_xml(lab, "bridge" + family, "next.cnf.xml", target(family))


def ladder_plan(first=0, **more):
    return plan("ladder", [
        stage(f"rung{i}", f"sip{i}", "next.cnf" if i + 1 < len(LADDER)
              else None) for i in range(first, len(LADDER))],
        models=["7940", "7960"], **more)


def make_ladder(lab):
    """Each rung holds what a phone on unsigned firmware asks, and from 5.3 on
    the list and the two images that one on signed firmware asks."""
    for i, load in enumerate(LADDER):
        parts = ([] if i < 2 else
                 ["--parts", f"{load.replace('P0S3', 'P003')}.sbn,{load}.sb2"])
        make(lab, f"sip{i}", load, "--images", load + ".bin", "--os79xx",
             *parts)
        if i + 1 < len(LADDER):
            write(lab, f"sip{i}", "next.cnf",
                  f"# the next rung\nimage_version: {LADDER[i + 1]}\n")
        write(lab, f"sip{i}", "this.cnf", f"image_version: {load}\n")
