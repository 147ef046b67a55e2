# SPDX-License-Identifier: BSD-2-Clause
"""The phones of the laboratory, the same ones with stageload and without."""

ABORTING, UNPLUGGED = 3, 4      # which phones have an accident once
RATE = 25.0                     # phones that are switched on in a second


def make(count):
    """Two of three phones know the old key alone, as found on the market."""
    phones = []
    for index in range(count):
        spec = {"mac": f"00:1b:54:c0:{index // 256:02x}:{index % 256:02x}",
                "model": ("7906", "7911")[index % 2],
                "key": "new" if index % 3 == 2 else "old"}
        if index == ABORTING:
            spec["abort"] = 2
        if index == UNPLUGGED:
            spec["powerloss"] = 1
        phones.append(spec)
    return phones


def describe(phones):
    old = sum(phone["key"] == "old" for phone in phones)
    text = (f"{len(phones)} phones (7906 and 7911) after a factory reset: {old} "
            f"know the old key alone, {len(phones) - old} the new one")
    accidents = []
    if any("abort" in phone for phone in phones):
        accidents.append("one breaks off a transfer once")
    if any("powerloss" in phone for phone in phones):
        accidents.append("one loses power while flashing")
    return text + "".join("; " + accident for accident in accidents) + "."


def ramp(count, scale):
    """The simulator's argument: switched on one after the other."""
    return "--ramp", f"{count / RATE * scale:.0f}"


def print_results(phones, run, verdict):
    """One line a phone.  verdict(phone): (good, words)."""
    good = 0
    summary = run.summary()
    for phone in phones:
        words = summary.get(phone["mac"])
        load = words[2] if words else "-"
        fine, text = verdict(phone, words)
        good += fine
        print(f"{phone['mac']}  {phone['model']}  {phone['key']} key  "
              f"{load if load != '-' else '(no firmware)':<18} {text}")
    print(f"{good} of {len(phones)} phones are done.")
    return good == len(phones)
