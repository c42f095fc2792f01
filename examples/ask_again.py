#!/usr/bin/env python3
"""After the demo: Acme asks Mira once more, and she agrees. Then look_up.py shows her score.

Two callers in one program only because it is a demo: the tokens are a recruiter's and a
candidate's.
"""

import argparse
import sys

from reflected import Client, Refused


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("address", help="host and port of the server")
    parser.add_argument("recruiter_token", help="`glasklar token --role recruiter ...`")
    parser.add_argument("candidate_token", help="`glasklar token --role candidate ...`")
    return parser.parse_args()


def main():
    options = arguments()
    acme = Client(options.address, options.recruiter_token)
    mira = Client(options.address, options.candidate_token)
    request = {
        "external_id": {"scheme": "acme-ats", "value": "applicant-4711"},
        "contact": "mira@example.org",
        "purpose": "PURPOSE_APPLICATION",
        "job_reference": "backend-engineer-2026",
        "fields": ["FIELD_SCORE"],
        "channels": ["CHANNEL_X"],
        "days": 30,
    }
    try:
        asked, index = acme.call("ConsentService", "RequestConsent", request)
        print(f"Acme asks for the score from X alone: entry {index} of the ledger")
        # Everything agreed to is named: an empty list would be refused, not read as "all".
        agreed = {
            "name": asked.consent.name,
            "fields": request["fields"],
            "channels": request["channels"],
        }
        _, index = mira.call("ConsentService", "GrantConsent", agreed)
    except Refused as refused:
        print(f"{refused.code} {refused.reason}: {refused}")
        return 1
    print(f"Mira agrees: entry {index} of the ledger")
    print(f"now look up {asked.consent.candidate}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
