"""Checks one entry of Glasklar's ledger with nothing but Python's standard library.

Usage: verify_entry.py FILE, a JSON file with the members index, size, root, hashes, leaf, salt and
document; bytes are in base64. Exits 0 when the leaf commits to the document and the proof leads to
the root, otherwise prints what does not hold and exits 1.
"""

import base64
import hashlib
import json
import sys


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def root_of(hashes, index, size, leaf):
    """The root that an audit path leads to (RFC 6962, section 2.1.1), taken from the top down."""
    if size == 1:
        if hashes:
            sys.exit("the proof is too long")
        return sha256(b"\x00", leaf)
    if not hashes:
        sys.exit("the proof is too short")
    *below, sibling = hashes
    middle = 1 << (size - 1).bit_length() - 1
    if index < middle:
        return sha256(b"\x01", root_of(below, index, middle, leaf), sibling)
    return sha256(b"\x01", sibling, root_of(below, index - middle, size - middle, leaf))


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        said = json.load(file)
    leaf, salt, document, root = (
        base64.b64decode(said[name]) for name in ("leaf", "salt", "document", "root")
    )
    if len(salt) != 32 or leaf != b"\x01" + sha256(b"glasklar/entry/v1\n", salt, document):
        sys.exit("the leaf does not commit to the document")
    if json.loads(document)["index"] != said["index"] or not said["index"] < said["size"]:
        sys.exit("the document is another entry's")
    hashes = [base64.b64decode(text) for text in said["hashes"]]
    if root_of(hashes, said["index"], said["size"], leaf) != root:
        sys.exit("the proof does not lead to the root")
    print("everything holds")


main()
