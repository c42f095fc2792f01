"""Compares what was read from a real Bluesky with what `bluesky.cjs` put there."""

import json
import sys
from pathlib import Path

folder = Path(sys.argv[1])
names = ["inspected", "fetched", "brought"]
inspected, fetched, brought = [json.loads((folder / f"{name}.json").read_text()) for name in names]
refused = (folder / "refused").read_text().splitlines()
written = {"post": 130, "reply": 1, "thread": 1}
received = {"like": 60, "quote": 1, "reply": 2, "reshare": 5}
(channel,) = brought["channels"]
counted = {signal["signal"]: signal["reactions"] for signal in channel["signals"]}
before, after = brought["score_of_upload"], brought["score"]
print("the repository:", inspected["items"], inspected["received"])
print("the AppView:   ", fetched["items"], fetched["received"])
print("refused:       ", refused)
print("uploaded:      ", brought["uploaded"]["new_items"], "new items,", before["state"])
print("fetched:       ", counted, after["state"], after["micropoints"] / 1_000_000)

assert inspected["items"] == written
assert set(inspected["received"].values()) == {None}, "a repository holds nobody else's reactions"
assert inspected["activity"]["likes_given"] == inspected["activity"]["reshares_made"] == 1
assert fetched["items"] == written and fetched["received"] == received
assert fetched["subject"]["id"] == inspected["subject"]["id"]
assert "status 401" in refused[0] and "knows no such public account" in refused[1]

assert before["state"] == "STATE_INSUFFICIENT_EVIDENCE"
assert not brought["proved_too_early"] and brought["proved"]["confirm_time"]
report = brought["fetched"]["report"]
assert brought["uploaded"]["new_items"] == "132"
assert "new_items" not in report, "the file and the network name the same items"
again = brought["fetched_again"]["report"]
assert again["revision"] == report["revision"] and "new_observations" not in again
assert after["state"] == "STATE_SCORED" and counted == received
assert "MUST-NOT-APPEAR" not in json.dumps([inspected, fetched, brought])
