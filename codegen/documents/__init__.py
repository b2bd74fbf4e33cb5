"""Pages that AWS publishes -> facts, and facts beside a spec.

In: saved pages of three kinds (API reference, boto3 client, API changes), as HTML, Markdown or plain text.
`read_document` gives a `Page` of `Fact`s, each with the line that states it and what could not be read.
`draft` makes a spec of pages, `audit` holds a spec against them.
"""
