"""Why a line is there: from what a spec states to the lines and cases that come of it, and back.

subjects   what can be asked about: a shape, a member, a value, an operation, an error ...
naming     the Python names of all of them, turned round: class and attribute -> subject
spans      one file of a package -> which of its lines come of which subject
tracing    all files of a package -> both directions, and the template of every other line
cases      `cases.json` -> which cases prove which subject
history    the releases of a service beside each other -> in which of them a subject came or changed
packages   the files to look into: a package on disk that is fresh, or what would be generated
asking     `CreateEngagement.request.Contexts[].Type`, `models/__init__.py:57` -> a subject, or the nearest names
explain    a subject -> all of this beside its sources and decisions
printing   that as text or JSON
"""
