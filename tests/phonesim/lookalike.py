#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Makes a look-alike firmware directory for the phone simulator.

Nothing in it is firmware: the .loads files have the real ones' form (a signed
TLV header, then the names of the parts), the parts hold one line of text that
says what they stand for, and filler.

  --families 11,41,...  one load for each family of the 79x1, 79x2, 79x5, 797x;
                        the number in --load is replaced by the family's
  --parts a.sbn,b.sbn   one load that lists just these; [PLATFORM_1] among them
                        begins a section for one variant of the hardware
  --images a.bin,...    images beside the list, or instead of one (--no-list)
  --os79xx              OS79XX.TXT: the name of the load and not an octet more
"""
import argparse
import hashlib
import os
import re
import struct
import sys

PAD = b"\x0d"

# The phones that take a family's images, as their boot files number them.
TERMS = {"11": "06,11", "31": "31", "41": "41,61", "42": "42,62",
         "45": "45,65", "70": "70,71", "75": "75"}


def field(tag, value):
    return struct.pack(">BH", tag, len(value)) + value


def filler(seed, size):
    """Octets that depend on the seed alone."""
    return hashlib.shake_128(seed.encode()).digest(size)


def fnv1a(data):
    value = 0xCBF29CE484222325
    for octet in data:
        value = ((value ^ octet) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return value


def loads(name, sign, parts, newline="\r\n"):
    """A .loads file that says in its header that it is called `name`."""
    payload = "".join(part + newline for part in parts).encode()
    signature = (b"KEY=" + sign.encode() + b"\0").ljust(128, b"\xa5")
    rest = b"".join([
        field(3, field(4, b"CN=look-alike\0")
              + field(5, b"\x01") + field(6, b"CN=nobody\0")),
        field(7, b"\0\x0f"),
        field(8, b"\x01"),
        field(9, b"\0\x08"),
        field(10, b"\0"),
        field(11, b"\x01"),
        field(12, signature),
        field(14, name.encode() + b"\0"),
    ])
    length = 10 + len(rest)
    pad = -length % 4
    header = field(1, b"\x01\0") + field(2, struct.pack(">H", length + pad))
    return header + rest + PAD * pad + payload


def image(part, load, keys, size):
    first = f"STAGELOAD-LOOKALIKE part={part} load={load} keys={keys}\n"
    # The second line lets the reader find a single wrong octet.
    blank = f"size={size:010d} fnv={0:016x}\n"
    rest = filler(part + load, max(0, size - len(first) - len(blank)))
    second = f"size={len(rest):010d} fnv={fnv1a(rest):016x}\n"
    return (first + second).encode() + rest


def part_names(family, proto, build):
    return [
        f"jar{family}{proto}.{build}.sbn",
        f"cnu{family}.{build}.sbn",
        f"apps{family}.{build}.sbn",
        f"dsp{family}.{build}.sbn",
        f"cvm{family}{proto}.{build}.sbn",
    ]


def write(directory, name, data):
    path = os.path.join(directory, name)
    with open(path, "wb") as file:
        file.write(data)
    os.chmod(path, 0o644)


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory")
    parser.add_argument("--load", required=True, help="SCCP11.8-5-2S")
    parser.add_argument("--build", default="", help="8-5-2TH1-9")
    parser.add_argument("--proto", default="sip", choices=["sccp", "sip"])
    parser.add_argument("--family", help="11")
    parser.add_argument("--families", default="", help="11,31,41")
    parser.add_argument("--terms", default="", help="06,11")
    parser.add_argument("--parts", default="", help="a.sbn,b.sbn")
    parser.add_argument("--images", default="", help="cp7912r.zup")
    parser.add_argument("--no-list", action="store_true",
                        help="without LOAD.loads")
    parser.add_argument("--os79xx", action="store_true")
    parser.add_argument("--sign", default="both",
                        choices=["old", "new", "both"],
                        help="which loaders take the .loads files")
    parser.add_argument("--keys", default="both",
                        choices=["old", "new", "both"],
                        help="keys a loader knows afterwards")
    parser.add_argument("--size", type=int, default=60000,
                        help="octets of each part (default 60000)")
    parser.add_argument("--no-term", action="store_true",
                        help="without the termNN.default.loads files")
    parser.add_argument("--lf", action="store_true",
                        help="lines of the .loads files end with LF alone")
    parser.add_argument("--capital-jar", action="store_true",
                        help="the .loads files name the jar Jar...")
    return parser.parse_args()


def words(text):
    return [word for word in text.split(",") if word]


def is_section(part):
    return part.startswith("[")


def write_images(args, load, parts):
    for part in dict.fromkeys(part for part in parts if not is_section(part)):
        write(args.directory, part, image(part, load, args.keys, args.size))


def write_load(args, load, parts, terms):
    """The images, and a list of them under each of its names."""
    write_images(args, load, parts)
    listed = list(parts)
    if args.capital_jar:
        listed[0] = "J" + listed[0][1:]
    names = [load + ".loads"]
    if not args.no_term:
        names += [f"term{term}.default.loads" for term in words(terms)]
    for name in names:
        write(args.directory, name,
              loads(name, args.sign, listed, "\n" if args.lf else "\r\n"))


def main():
    args = options()
    old = os.umask(0o022)
    os.makedirs(args.directory, mode=0o755, exist_ok=True)
    os.chmod(args.directory, 0o755)
    if args.family:
        write_load(args, args.load,
                   part_names(args.family, args.proto, args.build), args.terms)
    for family in words(args.families):
        write_load(args, re.sub(r"^([A-Z]+)\d+", r"\g<1>" + family, args.load),
                   part_names(family, args.proto, args.build), TERMS[family])
    if args.parts and not args.no_list:
        write_load(args, args.load, words(args.parts), "")
    write_images(args, args.load, words(args.images))
    if args.os79xx:
        write(args.directory, "OS79XX.TXT", args.load.encode())
    os.umask(old)
    return 0


if __name__ == "__main__":
    sys.exit(main())
