"""speccast casts curated, source-cited JSON specs of a web-service API into Python.

    specs/*.json
      -> spec.source    JSON text -> values, positions when asked
      -> spec.parse     values -> ir.Model (frozen)
      -> spec.check     rules over the model: findings with path:line:col
      -> emit.views     model -> what a template prints; every decision is taken here
      -> emit.render    Jinja2, in black's style -> {path: text}
      -> emit.verify    no spec text has become code
      -> files.output   {path: text} -> disk: staged, swapped, guarded by a manifest

`pipeline.generate` is the whole of it; it writes nothing. Models of other forms come in by `intake` (`importers`, then
`exporters.spec_files` and `files.specs`) and go out by `exporters`. `reference` leads from each generated line back to
the sentence that demands it.
"""
