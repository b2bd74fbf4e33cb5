"""Foreign service models in: parsed JSON of another form -> `ir.Model`, written nowhere in between.

In: `codegen.spec.source.Source`s. Out: the model, or `Diagnostics` with every fault of form, placed in the foreign
file.
`botocore` reads what AWS's Python SDK ships, `smithy` the JSON syntax tree that AWS publishes. The same facts come out
in the same fields, so that models of either form and curated releases can be compared; what the IR has no field for is
kept in `traits`, under the name that the foreign form gives it.
"""
