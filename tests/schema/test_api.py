"""The whole OpenAPI document against the running server: no 5xx, no answer that the document hides."""

import os
import subprocess
import sys
from pathlib import Path

EXAMPLES = os.environ.get("DAYSHELF_SCHEMA_EXAMPLES", "50")
STEPS_EXAMPLES = os.environ.get("DAYSHELF_SCHEMA_STEPS", "20")
CHECKS = ",".join(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
        "response_headers_conformance",
        "unsupported_method",
    ]
)


def fuzz(server, *extra, phases="examples,coverage,fuzzing"):
    command = [
        sys.executable, "-m", "schemathesis.cli", "run", f"{server.url}/openapi.json",
        "--checks", CHECKS, "--max-examples", EXAMPLES, "--phases", phases,
        "--seed", "20261121", "--no-color", "--exclude-path-regex", "/live$",
        "--suppress-health-check", "all", "--warnings", "off", *extra,
    ]
    here = Path(__file__).parent
    env = {**os.environ, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(here)}
    run = subprocess.run(command, capture_output=True, text=True, timeout=900, env=env)
    assert run.returncode == 0, run.stdout[-12000:] + run.stderr[-4000:]


def test_as_the_organiser(server):
    fuzz(server, "--header", f"Authorization: Bearer {server.key}")


def test_one_call_after_the_other(server):
    """What one call answers is what the next one asks with: made, read, changed, removed, and read again."""
    fuzz(
        server, "--header", f"Authorization: Bearer {server.key}", "--max-examples", STEPS_EXAMPLES,
        phases="stateful",
    )


def test_as_nobody(server):
    fuzz(server, "--max-examples", "10")
