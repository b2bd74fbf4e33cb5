"""Importing the generated package, and building a first request, beside `import boto3` and a boto3 client."""

from __future__ import annotations

import sys

from bench.measure import measure, show
from codegen.data import data_folder

PEER = "import boto3"
_REQUEST = 'models.CreateEngagementRequest(catalog="Sandbox", title="t", description="d").to_wire()'
_CLIENT = (
    'boto3.client("partnercentral-selling", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")'
)


def main() -> None:
    path = f"import sys; sys.path.insert(0, {str(data_folder('specs').parent / 'generated')!r})"
    programs = {
        "python -c pass": "pass",
        "import partnercentral_selling": f"{path}; import partnercentral_selling",
        "... errors": f"{path}; from partnercentral_selling import errors",
        "... models": f"{path}; from partnercentral_selling import models",
        "... models, a request on the wire": f"{path}; from partnercentral_selling import models; {_REQUEST}",
        "import pydantic.BaseModel": "from pydantic import BaseModel",
        PEER: "import boto3",
        "boto3.client": f"import boto3; {_CLIENT}",
    }
    show("Starting", measure({name: [sys.executable, "-c", code] for name, code in programs.items()}), PEER)


if __name__ == "__main__":
    main()
