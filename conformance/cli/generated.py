"""What is generated and committed: each file is a function of the source, and its first line says what makes it."""

from collections.abc import Callable, Mapping

Files = Mapping[str, str]
"""Texts by their paths."""


def of_machines() -> Files:
    from conformance.cli.machines import everything, texts

    made = {name: texts(machine) for name, machine in everything().items()}
    return {f"machines/{name}.{ending}": text for name, files in made.items() for ending, text in files.items()}


def of_catalogue() -> Files:
    from conformance.cli.requirements import pages
    from spec_model.requirements import load

    return {f"{name}.md": text for name, text in pages(load().values()).items()}


def of_proof() -> Files:
    from spec_model.proof.page import page
    from spec_model.proof.proof import prove

    return {"proof.md": page(prove())}


GENERATED: Mapping[str, Callable[[], Files]] = {
    "state machines": of_machines,
    "requirements and rulings": of_catalogue,
    "the proof": of_proof,
}
"""What is generated: each kind with what makes its files. The quick ones come first."""
