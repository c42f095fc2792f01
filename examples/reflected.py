"""A small client that asks the server for its messages (gRPC reflection): no generated code.

For a program of your own, stubs generated from `proto/` give types and completion; the calls are
the same.
"""

import grpc
from google.protobuf import descriptor_pool, json_format, message_factory
from google.rpc import error_details_pb2
from grpc_reflection.v1alpha import proto_reflection_descriptor_database
from grpc_status import rpc_status


class Refused(Exception):
    """A call that did not give what was asked for."""

    def __init__(self, error):
        super().__init__(error.details())
        self.code = error.code().name
        self.reason = reason(error)
        self.ledger_index = ledger_index(error)


class Client:
    """Calls methods of the package `glasklar.v1` with one bearer token."""

    def __init__(self, address, token, ca=None):
        """`ca` names a PEM file with the server's authority, and turns TLS on."""
        if ca is None:
            self.channel = grpc.insecure_channel(address)
        else:
            with open(ca, "rb") as file:
                credentials = grpc.ssl_channel_credentials(file.read())
            self.channel = grpc.secure_channel(address, credentials)
        self.metadata = [("authorization", f"Bearer {token}")]
        reflection = proto_reflection_descriptor_database
        database = reflection.ProtoReflectionDescriptorDatabase(self.channel)
        self.pool = descriptor_pool.DescriptorPool(database)

    def call(self, service, method, fields):
        """Sends a request made of `fields`; returns the response and the ledger index, if any."""
        service = f"glasklar.v1.{service}"
        try:
            described = self.pool.FindServiceByName(service).FindMethodByName(method)
            request = message_factory.GetMessageClass(described.input_type)
            response = message_factory.GetMessageClass(described.output_type)
            function = self.channel.unary_unary(
                f"/{service}/{method}",
                request_serializer=request.SerializeToString,
                response_deserializer=response.FromString,
            )
            message = json_format.ParseDict(fields, request())
            answer, done = function.with_call(message, metadata=self.metadata, timeout=5)
        except grpc.RpcError as error:
            raise Refused(error) from None
        return answer, ledger_index(done)


def reason(error):
    """The stable reason; the message beside it is for people and may change."""
    status = rpc_status.from_call(error)
    info = error_details_pb2.ErrorInfo()
    for detail in status.details if status else []:
        if detail.Unpack(info):
            return info.reason
    return "no reason given"


def ledger_index(call):
    """The entry that records the answer, from the trailer."""
    for key, value in call.trailing_metadata() or ():
        if key == "glasklar-ledger-index":
            return int(value)
    return None
