"""`ir.Model` out: our own spec files, Smithy, OpenAPI, JSON Schema.

In: a model. Out: text, or a map {path: text}; nothing is written here. What one form cannot say is named in the head of
its module, never passed over.
"""
