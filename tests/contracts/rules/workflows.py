"""How the workflows of continuous integration are to be written."""

from collections.abc import Iterator, Mapping
import re
from typing import Any, Final

# An action is named by the hash of a commit; a comment says which release that is.
PINNED: Final = re.compile(r"^\s*(?:- )?uses: [\w./-]+@[0-9a-f]{40} # \S+$")


def steps(workflow: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the steps of all jobs."""
    for job in workflow.get("jobs", {}).values():
        yield from job.get("steps", [])


def workflow_faults(workflow: Mapping[str, Any], text: str) -> list[str]:
    """Return what makes a workflow less safe than it could be."""
    found = [
        f"not pinned by a commit: {line.strip()}"
        for line in text.splitlines()
        if "uses:" in line and not PINNED.match(line)
    ]
    if workflow.get("permissions") != {}:
        found.append("permissions are not empty for the whole workflow")
    for name, job in workflow.get("jobs", {}).items():
        if "permissions" not in job:
            found.append(f"{name} does not say which permissions it needs")
        if "timeout-minutes" not in job:
            found.append(f"{name} may run for ever")
    for step in steps(workflow):
        if "actions/checkout" in step.get("uses", "") and (
            step.get("with", {}).get("persist-credentials") is not False
        ):
            found.append("a checkout keeps its credentials")
        if "${{" in step.get("run", ""):
            found.append(f"an expression is put into a script: {step['run'].strip()}")
    return found
