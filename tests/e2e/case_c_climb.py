# SPDX-License-Identifier: BSD-2-Clause
"""c. The seed's sequence without a hand: bridge, climb, target, done."""

import firmware
from firmware import BRIDGE_LOAD, TARGET_LOAD
from harness import case, check, laboratory, same
from lab import Lab, default_stages

PHONE = "00:1b:54:00:0c:01"
ADDRESS = "10.99.1.0"


def asked(run, *prefixes):
    """Names of the requests that begin so, repeated ones once."""
    names = []
    for event in run.events(PHONE, "rrq"):
        name = event["name"]
        if name.startswith(prefixes) and names[-1:] != [name]:
            names.append(name)
    return names


def check_climbed(lab, run, status, expected):
    same("exit status of the simulator", status, 0)
    row = lab.wait_for(PHONE, "done", 5)
    same("stage", row["stage"], "target")
    same("load that runs", run.summary()[PHONE][2], TARGET_LOAD)
    firmware_names = ("term", "SIP", "jar", "cnu", "apps", "dsp", "cvm")
    same("files in order", asked(run, *firmware_names), expected)
    same("wrong octets", run.events(PHONE, "wrong-bytes"), [])
    check_history(lab)


def check_history(lab):
    """History tells the way up, each status with the stage it was in."""
    way = []
    for line in sorted(lab.show(PHONE)["history"], key=lambda x: x["number"]):
        place = (line["status"], line["stage"])
        if way[-1:] != [place]:
            way.append(place)
    wanted = [("flashing", "bridge"), ("climbing", "target"),
              ("flashing", "target"), ("done", "target")]
    same("way in the history",
         [place for place in way if place in wanted], wanted)


@case("c-by-config")
def by_config():
    """The bridge's configuration file names the target's load."""
    with laboratory(Lab()) as lab:
        lab.start()
        status, run = lab.phones(
            [{"mac": PHONE, "model": "7906", "key": "old"}], 60, 60)
        check_climbed(lab, run, status, [
            "term06.default.loads", *firmware.parts(BRIDGE_LOAD),
            TARGET_LOAD + ".loads", *firmware.parts(TARGET_LOAD)])
        check_log(lab)
        same("load in the bridge's configuration", TARGET_LOAD,
             run.events(PHONE, "config")[0]["load"])


def check_log(lab):
    """The log shows which file a request was answered with."""
    log = lab.tftpd.log()
    for wanted in ("sccp-8.5.2/term06.default.loads",
                   "sip-9.4.2sr1/SIP11.9-4-2SR1-1S.loads"):
        name = wanted.split("/")[1]
        lines = [line for line in log.splitlines() if ADDRESS in line]
        check(any(wanted in line for line in lines),
              f"no line of the log shows {wanted}")
        check(any(name in line.replace(wanted, "") for line in lines),
              f"no line of the log shows {name} as it was asked")


@case("c-by-reset")
def by_reset():
    """No configuration file; somebody resets the phone once more."""
    stages = default_stages()
    del stages[0]["config"]
    with laboratory(Lab({"plan": {"stages": stages}})) as lab:
        lab.start()
        status, run = lab.phones(
            [{"mac": PHONE, "model": "7906", "key": "old",
              "reset-after": BRIDGE_LOAD}], 60, 60)
        check_climbed(lab, run, status, [
            "term06.default.loads", *firmware.parts(BRIDGE_LOAD),
            "term06.default.loads", *firmware.parts(TARGET_LOAD)])


@case("c-both-models")
def both_models():
    """7906 and 7911, old key and new, all at once, with both ways up."""
    phones = [
        {"mac": "00:1b:54:00:0c:02", "model": "7911", "key": "old"},
        {"mac": "00:1b:54:00:0c:03", "model": "7911", "key": "new"},
        {"mac": "00:1b:54:00:0c:04", "model": "7906", "key": "new"},
        {"mac": "00:1b:54:00:0c:05", "model": "7906", "key": "old",
         "reset-after": BRIDGE_LOAD},
        {"mac": "00:1b:54:00:0c:06", "model": "7906", "key": "both",
         "state": "running", "load": BRIDGE_LOAD}]
    with laboratory(Lab()) as lab:
        lab.start()
        status, run = lab.phones(phones, 60, 80)
        same("exit status of the simulator", status, 0)
        for phone in phones:
            row = lab.wait_for(phone["mac"], "done", 5)
            same(phone["mac"] + ": stage", row["stage"], "target")
        same("wrong octets", run.events(event="wrong-bytes"), [])


@case("c-done-and-reset")
def done_and_reset():
    """A finished phone that is reset is served the target at once."""
    with laboratory(Lab()) as lab:
        lab.start()
        status, run = lab.phones(
            [{"mac": PHONE, "model": "7906", "key": "old",
              "reset-after": TARGET_LOAD}], 60, 90)
        same("exit status of the simulator", status, 0)
        lab.wait_for(PHONE, "done", 5)
        when = run.events(PHONE, "reset")[0]["t"]
        after = [event["name"] for event in run.events(PHONE, "file")
                 if event["t"] > when]
        check(after[:6] == ["term06.default.loads",
                            *firmware.parts(TARGET_LOAD)],
              f"after the reset it took {after[:6]}")
