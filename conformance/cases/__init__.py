"""The cases, one file per RFC section and role. They import `conformance.api` and nothing else."""
