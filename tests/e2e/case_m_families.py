# SPDX-License-Identifier: BSD-2-Clause
"""m. Every family of phones through its plan, each with its own habits."""

import families
from families import LADDER, TNP, plan, stage, target
from harness import case, check, laboratory, same
from lab import Lab
from net import SERVER

FINISHED = "198.51.100.5"
TIME = 40           # seconds for the phones of a case


def mac(number):
    return f"00:1b:54:00:13:{number:02x}"


def digits(address):
    return address.replace(":", "").upper()


def play(plans, make, phones, scale=100, **hook):
    """A lab with these plans; all phones at once.  A context and its run."""
    lab = Lab({"plans": plans, "attempt-window": 2, **hook})
    lab.families = (make, phones, scale)
    return laboratory(lab)


def run(lab):
    make, phones, scale = lab.families
    make(lab)
    lab.start()
    status, found = lab.phones(phones, scale, TIME)
    same("exit status of the simulator", status, 0)
    same("wrong octets", found.events(event="wrong-bytes"), [])
    return found


def names(found, address, event="file"):
    """What a phone fetched (or asked), repeated requests once."""
    listed = []
    for one in found.events(address, event):
        if listed[-1:] != [one["name"]]:
            listed.append(one["name"])
    return listed


def done(lab, address, model, plan_name, stages):
    row = lab.wait_for(address, "done", 10)
    same(f"{address}: model and plan", (row["model"], row["plan"]),
         (model, plan_name))
    same(f"{address}: stage", (row["stage_number"], row["stage_count"]),
         (stages, stages))


def ways(lab, address):
    """The statuses of its history with their stages, repeated ones once."""
    way = []
    for line in sorted(lab.show(address)["history"],
                       key=lambda one: one["number"]):
        place = (line["status"], line["stage"])
        if way[-1:] != [place]:
            way.append(place)
    return way


def in_order(what, found, wanted):
    rest = iter(found)
    check(all(one in rest for one in wanted),
          f"{what}: {found} without {wanted} in this order")


@case("m-term-files")
def term_files():
    """All models with a termNN file at once, bridge and target, GE too."""
    phones, models = [], {}
    for family, names_ in TNP.items():
        for model in names_:
            address = mac(len(phones))
            models[address] = (model, family)
            phones.append({"mac": address, "model": model, "key": "old"})

    def make(lab):
        for family in TNP:
            families.make_tnp(lab, family)
    with play([families.tnp_plan(f) for f in TNP], make, phones) as lab:
        found = run(lab)
        for address, (model, family) in models.items():
            done(lab, address, model[:4], "tnp" + family, 2)
            same(f"{model}: load", found.summary()[address][2],
                 target(family))
            in_order(model, names(found, address),
                     [f"term{model[2:4]}.default.loads",
                      f"jar{family}sccp.8-5-2TH1-9.sbn",
                      f"cvm{family}sccp.8-5-2TH1-9.sbn",
                      target(family) + ".loads",
                      f"jar{family}sip.9-4-2ES9.sbn",
                      f"cvm{family}sip.9-4-2ES9.sbn"])
            in_order(model, ways(lab, address),
                     [("flashing", "bridge"), ("climbing", "target"),
                      ("flashing", "target"), ("done", "target")])
            same(f"{model}: boots", found.summary()[address][4], "2")
        same("rejected loads", found.events(event="reject"), [])


@case("m-ladder")
def ladder():
    """7940 and 7960 from nothing, with a transfer broken off at each form of a
    rung, from an old SIP release, and from SCCP straight to the last."""
    fresh, second, old, sccp, third = (mac(n) for n in range(0x20, 0x25))
    end = LADDER[-1]
    phones = [
        {"mac": fresh, "model": "7940", "until": end},
        {"mac": second, "model": "7960", "until": end, "abort": 2},
        {"mac": third, "model": "7960", "until": end, "abort": 5},
        {"mac": sccp, "model": "7940", "state": "running",
         "load": "P00308000500", "until": end},
        {"mac": old, "model": "7940", "state": "running",
         "load": "P0S30203", "until": end}]
    plans = [families.ladder_plan(),
             plan("last", [stage("last", "sip5", "this.cnf")], macs=[sccp])]
    with play(plans, families.make_ladder, phones, 200) as lab:
        found = run(lab)
        done(lab, sccp, "7940", "last", 1)
        for address, model in ((fresh, "7940"), (second, "7960"),
                               (third, "7960"), (old, "7940")):
            done(lab, address, model, "ladder", len(LADDER))
            same(f"{address}: load", found.summary()[address][2], end)
        took = [name for name in names(found, fresh)
                if not name.endswith((".cnf", ".xml", ".TXT"))]
        signed = [one for load in LADDER[3:] for one in
                  (load + ".loads", load.replace("P0S3", "P003") + ".sbn",
                   load + ".sb2")]
        same("files in order", took,
             [load + ".bin" for load in LADDER[:3]] + signed)
        same("what an old phone takes first",
             [name for name in names(found, old) if name.endswith(".bin")],
             [load + ".bin" for load in LADDER[1:3]])
        same("rejected loads", found.events(event="reject"), [])
        check_placed_by_boot_file(lab, found, fresh)
        check_plain_requests(lab, found, fresh)


def check_placed_by_boot_file(lab, found, address):
    """Its option 60 named no model before it had firmware."""
    boots = found.events(address, "boot")
    first = [one for one in found.events(address, "file")
             if one["name"] == LADDER[0] + ".bin"][0]
    check(first["t"] < boots[0]["t"], "the first rung came after a boot")
    reasons = [line["reason"] for line in lab.show(address)["history"]]
    check("placed" in reasons, f"not placed by its boot file: {reasons}")


def check_plain_requests(lab, found, address):
    """OS79XX.TXT came as the name of the load and nothing else."""
    texts = [one for one in found.events(address, "file")
             if one["name"] == "OS79XX.TXT"]
    same("octets of OS79XX.TXT", texts[0]["bytes"], len(LADDER[0]))
    same("its text", texts[0]["first"], LADDER[0])


@case("m-ladder-jump")
def ladder_jump():
    """A rung is missing: the phone refuses, and no step is counted."""
    phone = mac(0x28)

    def make(lab):
        families.make_ladder(lab)
        families.write(lab, "sip1", "next.cnf",
                       f"image_version: {LADDER[3]}\n")
    short = plan("ladder", [stage("rung1", "sip1", "next.cnf"),
                            stage("rung3", "sip3")], models=["7940"])
    with play([short], make, [], 200) as lab:
        make(lab)
        lab.start()
        running = lab.start_phones(
            [{"mac": phone, "model": "7940", "until": "none"}], 200, 10)
        running.wait()
        rejects = running.events(phone, "reject")
        check(rejects and rejects[0]["reason"] == "not the next rung",
              f"nothing refused: {rejects}")
        row = lab.phone(phone)
        check(row["status"] != "done", "it counts as done")
        same("load", running.summary()[phone][2], LADDER[1])


RECOVERY = {"7902": "cp7902r.zup", "7905": "ldragonr.zup",
            "7912": "cp7912r.zup"}


def recovery_stage(lab):
    for model, name in RECOVERY.items():
        families.make(lab, "recover" + model, f"CP{model}R", "--images", name)
        load = f"CP{model}080004SCCP080108A"
        families.make(lab, "good" + model, load, "--images", load + ".sbin")
        families.write_xml(lab, "recover" + model, "next.cnf.xml", load)
    load = "CP7912080004SIP080108A"
    families.make(lab, "sip7912", load, "--images", load + ".sbin")
    families.write(lab, "recover7912", "profile",
                   "upgradecode:3,0x601,0x0400,0x0100,0.0.0.0,69,0x060412a,"
                   + load + ".sbin\n")


@case("m-recovery")
def recovery():
    """7902, 7905 and 7912 with damaged firmware, by the name of the recovery
    image or of the image that they tried last."""
    plans, phones, wanted = [], [], {}
    for model, name in RECOVERY.items():
        load = f"CP{model}080004SCCP080108A"
        plans.append(plan("r" + model, [
            stage("recover", "recover" + model, "next.cnf.xml"),
            stage("good", "good" + model)], models=[model]))
        for last in ("", f"CP{model}070001SCCP060101A.sbin"):
            address = mac(0x30 + len(phones))
            wanted[address] = (model, last or name, load)
            phones.append({"mac": address, "model": model, "until": load,
                           **({"last": last} if last else {})})
    with play(plans, recovery_stage, phones) as lab:
        found = run(lab)
        for address, (model, asked, load) in wanted.items():
            done(lab, address, model, "r" + model, 2)
            same(f"{model}: load", found.summary()[address][2], load)
            in_order(model, names(found, address), [asked, load + ".sbin"])
            in_order(model, ways(lab, address),
                     [("flashing", "recover"), ("climbing", "good"),
                      ("flashing", "good"), ("done", "good")])
            rows = {row["name"]: row for row in lab.show(address)["files"]}
            same(f"{model}: class of {asked}", rows[asked]["class"], "image")
            check(rows[asked]["fetched"] >= 1, f"{asked} is not fetched")


@case("m-profiles")
def profiles():
    """7912 with SIP: its gk and ld profiles name the image."""
    phone, load = mac(0x38), "CP7912080004SIP080108A"
    only = plan("sip", [stage("recover", "recover7912", "profile"),
                        stage("good", "sip7912")], models=["7912"])
    with play([only], recovery_stage, [
            {"mac": phone, "model": "7912", "proto": "sip",
             "until": load}]) as lab:
        found = run(lab)
        done(lab, phone, "7912", "sip", 2)
        in_order("7912", names(found, phone),
                 ["cp7912r.zup", "gk" + digits(phone).lower(),
                  load + ".sbin"])


# model: load, parts; only the first platform's are the phone's
NAMED = {
    "8945": ("SCCP894x.9-4-2SR3-1", [
        "BOOT894x.0-0-0-12.zz.sgn",
        *[f"SCCP894x.9-4-2SR3-1.bin{i}.sgn" for i in range(1, 10)]]),
    "9951": ("sip9951.9-4-2SR3-1", [
        "dkern9951.100609R2-9-4-2SR3-1.sebn", "kern9951.9-4-2SR3-1.sebn",
        "rootfs9951.9-4-2SR3-1.sebn", "sboot9951.031610R1-9-4-2SR3-1.sebn",
        "skern9951.022809R2-9-4-2SR3-1.sebn"]),
    "6921": ("SIP69xx.9-4-1-3SR3", [
        "BOOT69xx.0-0-0-14.zz.sgn", "DSP69xx.0-0-0-5.zz.sgn",
        "SIP69xx.9-4-1-3SR3.zz.sgn"]),
    "7821": ("sip78xx.14-0-1-0001-136", [
        f"{part}78xx{two}.14-0-1-0001-136.sbn"
        for two in ("", "2") for part in ("rootfs", "kern", "sboot")]),
    "8851": ("sip88xx.14-0-1-0001-135", [
        "[PLATFORM_1]", "kern88xx.14-0-1-0001-135.sbn",
        "rootfs88xx.14-0-1-0001-135.sbn", "sb288xx.BE-01-010.sbn",
        "[PLATFORM_2]", "kern288xx.14-0-1-0001-135.sbn",
        "rootfs88xx.14-0-1-0001-135.sbn", "ssb288xx.BE-01-008.sbn"]),
}


@case("m-by-name")
def by_name():
    """No boot file: the configuration names the load, one stage is the plan.
    HTTP is tried first and refused."""
    phones = []
    for model, (load, _) in NAMED.items():
        phones.append({"mac": mac(0x40 + len(phones)), "model": model,
                       "state": "running", "load": "old", "until": load})

    def make(lab):
        for model, (load, parts) in NAMED.items():
            families.make(lab, "fw" + model, load, "--parts", ",".join(parts))
            families.write_xml(lab, "fw" + model, "this.cnf.xml", load)
    plans = [plan("p" + model, [stage("only", "fw" + model, "this.cnf.xml")],
                  models=[model]) for model in NAMED]
    with play(plans, make, phones, 60) as lab:
        found = run(lab)
        for phone in phones:
            address, model = phone["mac"], phone["model"]
            load, parts = NAMED[model]
            if model == "8851":
                parts = parts[1:4]
            done(lab, address, model, "p" + model, 1)
            took = names(found, address)
            check(load + ".loads" in took, f"{model} took {took}")
            same(f"{model}: images", sorted(
                name for name in took
                if name.endswith((".sgn", ".sbn", ".sebn"))), sorted(parts))
            in_order(model, ways(lab, address),
                     [("loading", "only"), ("flashing", "only"),
                      ("done", "only")])
            results = {one["result"] for one in found.events(address, "http")}
            same(f"{model}: HTTP", results,
                 set() if model == "6921" else {"refused"})


@case("m-choice")
def choice():
    """One stage; a plan by address, by prefix, by model; an unknown model;
    the servers of a finished phone."""
    by_model, by_prefix, by_mac, unknown = (mac(n) for n in range(0x50, 0x54))
    by_prefix = "00:1b:54:aa:00:01"
    by_mac = "00:1b:54:aa:00:02"
    other = "SIP11.9-3-1SR4-1S"

    def make(lab):
        families.make_tnp(lab, "11")
        families.make(lab, "other", other, "--build", "9-3-1ES8",
                      "--family", "11", "--terms", "06,11")
    plans = [
        plan("models", [stage("target", "target11")], models=["7906"],
             finished={"tftp-servers": [FINISHED]}),
        plan("prefix", [stage("other", "other")], macs=["00:1b:54:aa"]),
        plan("macs", [stage("bridge", "bridge11", "next.cnf.xml"),
                      stage("target", "target11")],
             macs=[by_mac, unknown])]
    phones = [
        {"mac": by_model, "model": "7906", "key": "new"},
        {"mac": by_prefix, "model": "7906", "key": "new", "until": other},
        {"mac": by_mac, "model": "7906", "key": "old"},
        {"mac": unknown, "model": "7906", "key": "old",
         "opt60": "\"Cisco Systems, Inc. IP Phone CP-7999G\\0\""}]
    with play(plans, make, phones) as lab:
        found = run(lab)
        done(lab, by_model, "7906", "models", 1)
        done(lab, by_prefix, "7906", "prefix", 1)
        done(lab, by_mac, "7906", "macs", 2)
        row = lab.wait_for(unknown, "done", 10)
        same("unknown model", (row["model"], row["plan"]), ("7999", "macs"))
        same("load by prefix", found.summary()[by_prefix][2], other)
        check_finished(lab, by_model, by_mac)


def check_finished(lab, moved, stays):
    """A done phone is told the servers of its plan's end."""
    for address, server in ((moved, FINISHED), (stays, SERVER)):
        with lab.inside_phone(), lab.dhcp() as client:
            _, ack = client.lease(
                address, vendor=b"Cisco Systems, Inc. IP Phone CP-7906G\0",
                asks=(1, 66, 6, 3, 15, 150, 35))
        octets = bytes(int(part) for part in server.split("."))
        same(f"option 150 of {address}", ack.options.get(150), octets)
        same(f"option 66 of {address}", ack.options.get(66), server.encode())
        same(f"siaddr of {address}", ack.siaddr, server)
