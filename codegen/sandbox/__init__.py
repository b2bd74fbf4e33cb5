"""A local Partner Central: what the service does, as far as its documents and its recorded answers tell.

    bytes -> wire (limits, hosts, targets, JSON) -> signing (who calls) -> checking (against the spec)
          -> behaviour (what the operation does, in one transaction of the store) -> wire -> bytes
             or mock (an example, for operations that nobody has written the behaviour of)

It reads the spec's model (`codegen.spec.ir`) and shares no serialiser, no validator and no signer with the generated
client: two independent readings, or their agreement would prove nothing.
"""
