#!/usr/bin/env python3
"""Checks the built-in ontology: its form, its graph, its names and its Wikidata items.

`python3 ontology/check.py` needs nothing but Python. With `--klout FOLDER`, a folder that holds
`klout_topic_ontology_20180601.csv` and `klout_topic_display_20180601.csv` of Klout's open data,
it also compares the items with Klout's. It prints figures, and each fault with the topic it is
about; any fault makes it fail.
"""

import argparse
import csv
import re
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

TABLE = Path(__file__).resolve().parent / "2026.11.tsv"
COLUMNS = (
    "id",
    "slug",
    "parents",
    "en",
    "de",
    "aliases_en",
    "aliases_de",
    "ambiguous",
    "hashtags",
)
LISTS = {
    "parents": ",",
    "aliases_en": "|",
    "aliases_de": "|",
    "ambiguous": "|",
    "hashtags": "|",
}
LEAST_TOPICS = 650
# Ambiguous words need company from their field: too few fields would make anything company, too
# many nothing.
FEWEST_FIELDS, MOST_FIELDS = 20, 30
# What recruiters hire for. Each must exist and have at least one topic below it.
PROFESSIONS = """
    accounting agriculture artificial-intelligence arts automotive-industry aviation banking
    biotechnology chemistry civil-engineering computer-security construction
    content-management-system cooking craft data-science design education electrical-engineering
    energy-industry engineering entrepreneurship environmental-protection film finance game
    health-care human-resource-management information-technology insurance journalism languages
    law logistics management marketing mechanical-engineering media medicine music nursing
    pharmacy photography product-management programming-language psychology
    public-administration real-estate retail sales science social-media social-work
    software-development sport tourism transport
""".split()
# Topics that were asked for by name.
REQUIRED = ("banking", "social-media", "wordpress")
# Stems of what must not be a topic: special categories of personal data and what gives them away.
# The list catches slips; the rule is in the table's header.
SPECIAL = re.compile(
    r"religi|kirch|church|theolog|islam|muslim|christ|jüdisch|judais|jewish|buddhis|atheis"
    r"|ethnic|ethnisch|migrant|refugee|flüchtling|lgbt|queer|homosex|sexual"
    r"|trade union|gewerkschaft|betriebsrat|political part|politische partei|wahlkampf"
    r"|diabet|depress|demenz|dementia|autis|adhs|pregnan|schwanger|suizid|suicid|\bhiv\b",
    re.IGNORECASE,
)
# Klout's item under a similar name is another, and ours is right: the slug, and why.
KLOUT_DIFFERS = {
    "amazon-web-services": "public code links Q456157 throughout, and never Klout's",
    "anatomy": "Q514 is the science",
    "art-history": "Q50637 is the discipline, Q50641 what it studies",
    "baking": "Q720398 is the technique",
    "climbing": "Q22857 is climbing of every kind",
    "comics": "Q1004 is the art, Q1760610 the comic book",
    "computer-graphics": "Q150971 is the discipline",
    "construction": "Q385378 is the activity that the trade is named after",
    "craft": "Q2207288 is the trade",
    "dart": "ours is the programming language, Klout's the game of darts",
    "diplomacy": "Q1889 is the practice",
    "film-production": "Q932586 is the making, Q3282637 the producer",
    "geographic-information-system": "public code links Q483130 throughout, and never Klout's",
    "grammar": "Q8091 is the set of rules and its study",
    "hotel": "Q27686 is the hotel, Q875157 the resort",
    "humanities": "Q80083 is the group of disciplines",
    "paleontology": "Q7205 is the science",
    "publishing": "Q3972943 is the trade, Q2085381 the publishing house",
    "real-estate": "Q684740 is land and buildings as property",
    "ruby": "ours is the programming language, Klout's the gemstone",
    "software-architecture": "Q846636 is the discipline, Q1548249 the architect",
    "swimming": "Q31920 is the sport, Q6388 the movement",
}


class Faults:
    """Collects what is wrong, so that one run tells everything."""

    def __init__(self):
        self.lines = []

    def add(self, topic, text):
        """Notes a fault of a topic, named by its slug."""
        self.lines.append(f"{topic}: {text}")


def normal(name):
    """The form in which two names are the same: case, hyphens and white space do not count."""
    name = unicodedata.normalize("NFC", name).casefold()
    return " ".join(re.sub(r"[-‐–/]", " ", name).split())


def similar(name):
    """A coarser form, for comparing with Klout: punctuation and a plural's `s` do not count."""
    words = re.sub(r"[^\w+#]+", " ", normal(name).replace("&", " and ")).split()
    return " ".join(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in words)


def names(topic):
    """All names of a topic, as written: both labels, then the aliases."""
    return [topic["en"], topic["de"], *topic["aliases_en"], *topic["aliases_de"]]


def read(path, faults):
    """Reads the table into one dict a topic, with lists split."""
    data = path.read_bytes()
    for bad, what in ((b"\r", "a carriage return"), (b"\xef\xbb\xbf", "a byte order mark")):
        if bad in data:
            faults.add("file", f"contains {what}")
    if not data.endswith(b"\n"):
        faults.add("file", "does not end with a line feed")
    lines = data.decode("utf-8").split("\n")[:-1]
    start = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    header = lines[start].split("\t") if start < len(lines) else []
    if tuple(header) != COLUMNS:
        faults.add("file", f"the header must be {' '.join(COLUMNS)}")
        return []
    topics = []
    for number, line in enumerate(lines[start + 1 :], start + 2):
        cells = line.split("\t")
        if len(cells) != len(COLUMNS):
            faults.add(f"line {number}", f"has {len(cells)} columns, not {len(COLUMNS)}")
            continue
        topic = dict(zip(COLUMNS, cells))
        for column, separator in LISTS.items():
            topic[column] = topic[column].split(separator) if topic[column] else []
        topics.append(topic)
    return topics


def check_form(topic, faults):
    """Checks what can be seen in one topic alone."""
    slug = topic["slug"]
    if not re.fullmatch(r"Q[1-9][0-9]*", topic["id"]):
        faults.add(slug, f"{topic['id']!r} is not a Wikidata item")
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug):
        faults.add(slug, "the slug is not lower case words with hyphens")
    for language in ("en", "de"):
        if not topic[language]:
            faults.add(slug, f"has no label in {language}")
    cells = [topic["en"], topic["de"]] + [item for column in LISTS for item in topic[column]]
    for cell in cells:
        if cell != " ".join(cell.split()) or "\u00ad" in cell:
            faults.add(slug, f"{cell!r} has white space too many")
        if unicodedata.normalize("NFC", cell) != cell:
            faults.add(slug, f"{cell!r} is not in Unicode's composed form")
    for column in LISTS:
        if "" in topic[column]:
            faults.add(slug, f"{column} has an empty entry")
        if len(set(topic[column])) != len(topic[column]):
            faults.add(slug, f"{column} names something twice")
    for name in [slug, *names(topic), *topic["hashtags"]]:
        if SPECIAL.search(name):
            faults.add(slug, f"{name!r} names a special category of personal data")
    for tag in topic["hashtags"]:
        if not re.fullmatch(r"\w+", tag) or tag != tag.lower():
            faults.add(slug, f"{tag!r} is not a hashtag in lower case")


def check_names(topics, faults):
    """Checks that names are told once, are claimed by one topic, and say when they are vague."""
    claims = defaultdict(dict)
    for topic in topics:
        slug = topic["slug"]
        own = {normal(name) for name in names(topic)}
        vague = {normal(name) for name in topic["ambiguous"]}
        for word in topic["ambiguous"]:
            if normal(word) not in own:
                faults.add(slug, f"{word!r} is ambiguous but is no name of the topic")
        for language in ("en", "de"):
            told = {normal(topic[language])}
            for alias in topic[f"aliases_{language}"]:
                if normal(alias) in told:
                    faults.add(slug, f"{alias!r} is told twice")
                told.add(normal(alias))
        for name in own:
            if len(name) < 3 and name.isalnum() and name not in vague:
                faults.add(slug, f"{name!r} is too short to be clear: list it as ambiguous")
            claims[name][slug] = name in vague
    for name, owners in sorted(claims.items()):
        if len(owners) > 1 and not all(owners.values()):
            faults.add(", ".join(sorted(owners)), f"all claim {name!r}")


def check_hashtags(topics, faults):
    """Checks that a hashtag leads to one topic, as a tag of its own or as a name without spaces."""
    owners = defaultdict(set)
    for topic in topics:
        for tag in topic["hashtags"]:
            owners[tag].add(topic["slug"])
    for topic in topics:
        for label in {topic["en"], topic["de"]}:
            tag = re.sub(r"\W", "", label.lower())
            if tag in owners and topic["slug"] not in owners[tag]:
                owners[tag].add(f"{topic['slug']} (by its label)")
    for tag, slugs in sorted(owners.items()):
        if len(slugs) > 1:
            faults.add(", ".join(sorted(slugs)), f"all claim the hashtag {tag!r}")


def check_graph(topics, faults):
    """Checks ids, slugs and parents; returns the children of each slug."""
    children = defaultdict(list)
    for column in ("id", "slug"):
        seen = {}
        for topic in topics:
            if topic[column] in seen:
                faults.add(topic["slug"], f"{column} {topic[column]} is also {seen[topic[column]]}")
            seen[topic[column]] = topic["slug"]
    known = {topic["slug"] for topic in topics}
    for topic in topics:
        for parent in topic["parents"]:
            if parent not in known:
                faults.add(topic["slug"], f"the parent {parent!r} does not exist")
            children[parent].append(topic["slug"])
    # Taking away topics without parents again and again leaves exactly the cycles and what
    # hangs below them.
    waiting = {t["slug"]: {p for p in t["parents"] if p in known} for t in topics}
    free = [slug for slug, parents in waiting.items() if not parents]
    while free:
        done = free.pop()
        waiting.pop(done, None)
        for child in children[done]:
            if child in waiting:
                waiting[child].discard(done)
                if not waiting[child]:
                    free.append(child)
    for slug in sorted(waiting):
        faults.add(slug, "is in a cycle of parents or below one")
    return children


def check_fields(topics, children, faults):
    """Checks the number of topics and of fields, and that every profession is covered."""
    known = {topic["slug"] for topic in topics}
    if len(topics) < LEAST_TOPICS:
        faults.add("file", f"has {len(topics)} topics, fewer than {LEAST_TOPICS}")
    roots = [topic["slug"] for topic in topics if not topic["parents"]]
    if not FEWEST_FIELDS <= len(roots) <= MOST_FIELDS:
        faults.add("file", f"has {len(roots)} fields, not {FEWEST_FIELDS} to {MOST_FIELDS}")
    for slug in sorted({*PROFESSIONS, *roots}):
        if slug not in known:
            faults.add(slug, "is a profession without a topic")
        elif not children[slug]:
            faults.add(slug, "is a profession or field without topics below it")
    for slug in REQUIRED:
        if slug not in known:
            faults.add(slug, "is missing")
    return roots


def klout_rows(folder):
    """Klout's topics: item and names, English and German, of each that has an item."""
    german = {}
    with open(folder / "klout_topic_display_20180601.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["language"] == "de":
                german[row["topicId"]] = row["topicDisplayName"]
    with open(folder / "klout_topic_ontology_20180601.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if re.fullmatch(r"Q[0-9]+", row["wikiItemId"]):
                english = (row["topicSlug"], row["topicDisplayName"])
                yield row["wikiItemId"], english, german.get(row["topicId"], "")


def check_klout(topics, folder, faults):
    """Compares the items with those of Klout's topics of a similar name; prints disagreements."""
    by_name, german = defaultdict(set), defaultdict(set)
    for item, english, other in klout_rows(folder):
        for name in english:
            by_name[similar(name)].add(item)
        german[item].add(similar(other))
    agreeing, german_agreeing, used = 0, 0, set()
    for topic in topics:
        slug, item = topic["slug"], topic["id"]
        theirs = by_name[similar(slug)] | by_name[similar(topic["en"])]
        if item in theirs:
            agreeing += 1
            own = {similar(topic["de"])} | {similar(alias) for alias in topic["aliases_de"]}
            german_agreeing += bool(own & german[item])
        elif theirs:
            reason = KLOUT_DIFFERS.get(slug)
            used.add(slug)
            print(f"{slug}: ours {item}, Klout {' '.join(sorted(theirs))}: {reason or 'WHY?'}")
            if reason is None:
                faults.add(slug, "disagrees with Klout: correct it, or say why in KLOUT_DIFFERS")
    for slug in sorted(set(KLOUT_DIFFERS) - used):
        faults.add(slug, "agrees with Klout or does not exist: take it out of KLOUT_DIFFERS")
    print(f"{sum(t['id'] in german for t in topics)} items are also Klout's")
    print(f"{agreeing} agree under a similar name, {german_agreeing} of them in German too")
    print(f"{len(used)} disagree")


def main():
    """Runs every check; returns the process's exit status."""
    arguments = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    arguments.add_argument("--klout", type=Path, metavar="FOLDER", help="Klout's open data")
    arguments.add_argument("--table", type=Path, default=TABLE, help="another table than ours")
    options = arguments.parse_args()
    faults = Faults()
    topics = read(options.table, faults)
    for topic in topics:
        check_form(topic, faults)
    check_names(topics, faults)
    check_hashtags(topics, faults)
    children = check_graph(topics, faults)
    roots = check_fields(topics, children, faults)
    aliases = sum(len(topic["aliases_en"]) + len(topic["aliases_de"]) for topic in topics)
    print(f"{len(topics)} topics in {len(roots)} fields, {aliases} aliases")
    print(
        f"{sum(len(topic['ambiguous']) for topic in topics)} ambiguous words,"
        f" {sum(len(topic['hashtags']) for topic in topics)} hashtags"
    )
    if options.klout:
        check_klout(topics, options.klout, faults)
    for line in faults.lines:
        print(f"FAULT {line}", file=sys.stderr)
    return 1 if faults.lines else 0


if __name__ == "__main__":
    sys.exit(main())
