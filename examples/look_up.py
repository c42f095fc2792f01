#!/usr/bin/env python3
"""Looks a candidate's profile up, as an HR tool would.

Ends with 0 when the profile was shown, 1 when it was refused, 2 when the call failed.
"""

import argparse
import sys

from reflected import Client, Refused


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("address", help="host and port of the server")
    parser.add_argument("candidate", help="candidates/..., as RequestConsent named her")
    parser.add_argument("token", help="the bearer token of a recruiter")
    parser.add_argument(
        "--purpose",
        default="application",
        choices=["application", "talent_pool", "internal_mobility"],
        help="must be that of the consent",
    )
    parser.add_argument("--job", default="backend-engineer-2026", help="likewise")
    parser.add_argument("--ca", help="PEM file with the server's authority; turns TLS on")
    return parser.parse_args()


def points(micropoints):
    """Scores are whole millionths of a point, so that their parts add up exactly."""
    return f"{micropoints / 1_000_000:.3f}"


def show(profile):
    if not profile.HasField("score"):
        print("the consent does not cover the score")
        return
    score = profile.score
    if score.state == score.STATE_SCORED:
        low, high = points(score.low_micropoints), points(score.high_micropoints)
        print(f"score {points(score.micropoints)} (between {low} and {high})")
    else:
        print("not enough recent evidence for a score, which is not a low score")
    print(f"as of {score.as_of_date}, by {score.model}, named {score.name}")
    print(f"{score.uploaded_permille / 10:.1f} % of the evidence is from uploaded files")


def main():
    options = arguments()
    client = Client(options.address, options.token, options.ca)
    look_up = {
        "candidate": options.candidate,
        "purpose": f"PURPOSE_{options.purpose.upper()}",
        "job_reference": options.job,
    }
    try:
        answer, index = client.call("ProfileService", "LookUpProfile", {"look_up": look_up})
    except Refused as refused:
        print(f"{refused.code} {refused.reason}: {refused}")
        if refused.ledger_index is None:
            return 2
        print(f"the refusal is entry {refused.ledger_index} of the ledger")
        return 1
    show(answer.profile)
    print(f"the look is entry {index} of the ledger")
    return 0


if __name__ == "__main__":
    sys.exit(main())
