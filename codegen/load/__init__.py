"""SPEC as a user names it -> the release it means, read as a model.

In: `partnercentral-selling`, `partnercentral-selling@2024-12-05`, a file, a folder, `HEAD~1:specs`, `botocore:sqs`,
`botocore:all`, `all`; the project.
Out: first `Found` (names and bytes: enough to tell that nothing changed), then, from `codegen.load.loaded`, `Loaded`
(the model), or `Diagnostics`. What is digested is what is parsed: every file is read once.

The same rules hold on disk and in git, because both are a `Tree`: `meaning` has them, `releases` what is at a place,
`installed` what botocore brings. Nothing here imports what reads models: a run with nothing to do reads none.
"""

from codegen.load.found import Found, digest_of
from codegen.load.installed import botocore_services
from codegen.load.meaning import carried, find

__all__ = ["Found", "botocore_services", "carried", "digest_of", "find"]
