#!/usr/bin/env python3
"""Brings an account as a candidate would, through the calls of a running server: links it, has it
proved, fetches it twice, and prints what came of each step as one JSON document.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "examples"))

import grpc
from google.protobuf import json_format, message_factory
from reflected import Client, Refused

SERVICE = "CandidateService"
PATIENCE = 60


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split(":")[0])
    parser.add_argument("address", help="host and port of the server")
    parser.add_argument("token", help="`glasklar token --role candidate`")
    parser.add_argument("channel", help="such as CHANNEL_BLUESKY")
    parser.add_argument("account", help="the account as it is linked")
    parser.add_argument("--upload", help="an export to import before anything is fetched")
    parser.add_argument("show", nargs="+", help="a command that shows the code it is given last")
    return parser.parse_args()


def fields(message):
    return json_format.MessageToDict(message, preserving_proto_field_name=True)


def stream(client, method, messages):
    """Sends the messages of a streaming call; returns the last answer."""
    described = client.pool.FindServiceByName(f"glasklar.v1.{SERVICE}").FindMethodByName(method)
    request = message_factory.GetMessageClass(described.input_type)
    response = message_factory.GetMessageClass(described.output_type)
    call = client.channel.stream_stream(
        f"/glasklar.v1.{SERVICE}/{method}",
        request_serializer=request.SerializeToString,
        response_deserializer=response.FromString,
    )
    sent = iter([request(**message) for message in messages])
    try:
        return fields(list(call(sent, metadata=client.metadata, timeout=600))[-1])
    except grpc.RpcError as error:
        raise Refused(error) from None


def upload(client, path):
    content = Path(path).read_bytes()
    chunks = [content[at : at + 65536] for at in range(0, len(content), 65536)]
    return stream(client, "ImportArchive", [{"chunk": chunk} for chunk in chunks])["report"]


def confirm(client, account):
    """None while the network does not show the code."""
    try:
        return fields(client.call(SERVICE, "ConfirmAccount", account)[0])["link"]
    except Refused as refused:
        if refused.reason != "PROOF_MISSING":
            raise
        return None


def main():
    options = arguments()
    client = Client(options.address, options.token)
    account = {"channel": options.channel, "address": options.account}
    client.call(SERVICE, "Enroll", {"display_name": "Ada", "of_age": True})
    told = {}
    if options.upload:
        told["uploaded"] = upload(client, options.upload)
        told["score_of_upload"] = fields(client.call(SERVICE, "GetOwnScore", {})[0])["score"]
    link = fields(client.call(SERVICE, "LinkAccount", account)[0])["link"]
    told["proved_too_early"] = confirm(client, account) is not None
    subprocess.run([*options.show, link["code"]], check=True)
    until = time.monotonic() + PATIENCE
    while (proved := confirm(client, account)) is None and time.monotonic() < until:
        time.sleep(2)
    told["proved"] = proved
    number = client.pool.FindEnumTypeByName("glasklar.v1.Channel").values_by_name
    asked = {**account, "channel": number[options.channel].number}
    for step in ["fetched", "fetched_again"]:
        told[step] = stream(client, "FetchAccount", [asked])
    explained, _ = client.call("ExplanationService", "ExplainOwnScore", {})
    told["score"] = fields(explained.explanation.score)
    told["channels"] = json.loads(explained.explanation.document)["channels"]
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
