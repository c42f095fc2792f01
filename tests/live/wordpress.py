"""Compares what was read from a real WordPress with what `wordpress.php` put there."""

import json
import sys
from pathlib import Path

folder = Path(sys.argv[1])
names = ["ada", "eve", "feed", "author", "blog"]
ada, eve, feed, author, blog = [json.loads((folder / f"{name}.json").read_text()) for name in names]


def found(document):
    return sum(document["items"].values()), document["received"]["reply"]


def counted(brought):
    (channel,) = brought["channels"]
    return {signal["signal"]: signal["reactions"] for signal in channel["signals"]}


for name, document in zip(names, [ada, eve, feed]):
    print(f"items and replies, {name}:", found(document), document["layout"])
for name, brought in [("author", author), ("blog", blog)]:
    score = brought["score"]
    print(f"fetched, {name}:", counted(brought), score["state"], score["micropoints"] / 1_000_000)

# Without any comment the answer is an empty list, which tells nothing.
assert (found(ada), found(eve)) == ((120, 160), (5, None)), json.dumps([ada, eve], indent=1)
# A feed knows all authors' posts, and counts her own comment with the others.
assert found(feed) == (125, 161) and feed["layout"] == "RSS 2.0", json.dumps(feed, indent=1)
for brought, replies in [(author, 160), (blog, 161)]:
    assert not brought["proved_too_early"] and brought["proved"]["confirm_time"]
    assert counted(brought) == {"reply": replies}
    assert brought["score"]["state"] == "STATE_SCORED"
    first, again = brought["fetched"]["report"], brought["fetched_again"].get("report", {})
    assert again.get("revision", first["revision"]) == first["revision"]
    assert "new_items" not in again and "new_observations" not in again
assert "VISITOR-MUST-NOT-APPEAR" not in json.dumps([ada, eve, feed, author, blog])
