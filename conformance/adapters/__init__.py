"""Adapters: separate processes that drive one implementation each, and everything the harness needs to talk to them.

`operations` is the table of the JSON-lines protocol, `protocol` its reading (validation, schemas, the adapter's own
end), `process` the harness' end, `check` proves an adapter honest, `registry` knows the targets. Each sub-package is
one adapter and imports nothing but `protocol`.
"""
