# SPDX-License-Identifier: BSD-2-Clause
"""Cases, what they may say, and how they are run one after the other."""

import contextlib
import os
import signal
import sys
import time
import traceback

cases = []          # in the order of the files and within them


class Failure(Exception):
    """What was expected and what came instead, in a sentence."""


class Skip(Exception):
    """Why the case can not be run here.

    In CI (CI=true) that is a failure, unless the case expects it there.
    """

    def __init__(self, reason, expected=False):
        super().__init__(reason)
        self.expected = expected


class TimeIsUp(BaseException):
    """Past the case's time limit; not to be caught by a case."""


def in_ci():
    return os.environ.get("CI") == "true"


def case(name, limit=120):
    """Marks a function as a case.  limit: seconds."""
    def mark(function):
        cases.append((name, limit, function))
        return function
    return mark


def check(condition, sentence):
    if not condition:
        raise Failure(sentence)


def same(what, found, wanted):
    """Equal, or a failure that shows both."""
    if found != wanted:
        raise Failure(f"{what}: {_short(found)} instead of {_short(wanted)}")


def _short(value):
    text = value.hex() if isinstance(value, bytes) else repr(value)
    return text if len(text) <= 300 else text[:300] + "..."


@contextlib.contextmanager
def laboratory(lab):
    """The lab as a context that shows the servers' last words on a failure."""
    with lab:
        try:
            yield lab
        except Skip:
            raise
        except BaseException as error:
            error.tails = lab.tails()
            raise


def _alarm(*_):
    raise TimeIsUp


def _run(name, limit, function):
    """'ok', or the words behind "not ok" or "skipped"."""
    signal.signal(signal.SIGALRM, _alarm)
    signal.alarm(limit)
    try:
        function()
        return "ok", "", ""
    except Skip as skip:
        if not skip.expected and in_ci():
            return "not ok", "skipped in CI: " + str(skip), ""
        return "skipped", str(skip), ""
    except TimeIsUp as error:
        place = traceback.format_tb(error.__traceback__)[-3:]
        return ("not ok", f"not over within {limit} s",
                "".join(place) + getattr(error, "tails", ""))
    except Exception as error:
        sentence = str(error) or type(error).__name__
        where = ""
        if not isinstance(error, Failure):
            sentence = f"{type(error).__name__}: {sentence}"
        frames = [f for f in traceback.extract_tb(error.__traceback__)
                  if os.path.basename(f.filename).startswith("case_")]
        if frames:
            last = frames[-1]
            where = f"    {os.path.basename(last.filename)}:{last.lineno}\n"
        return ("not ok", " ".join(sentence.split()),
                where + getattr(error, "tails", ""))
    finally:
        signal.alarm(0)


def run(chosen, reason):
    """Runs cases and prints a line for each; the exit status.

    reason: why nothing can be run here, or None.
    """
    counts = {"ok": 0, "not ok": 0, "skipped": 0}
    for name, limit, function in chosen:
        began = time.monotonic()
        if not reason:
            result, sentence, more = _run(name, limit, function)
        elif in_ci():
            result, sentence, more = "not ok", "skipped in CI: " + reason, ""
        else:
            result, sentence, more = "skipped", reason, ""
        counts[result] += 1
        if sentence:
            print(f"{result} {name}: {sentence}")
        else:
            print(f"{result} {name} ({time.monotonic() - began:.1f} s)")
        if more:
            print(more, end="")
        sys.stdout.flush()
    print(f"{counts['ok']} passed, {counts['not ok']} failed, "
          f"{counts['skipped']} skipped")
    return 1 if counts["not ok"] else 0
