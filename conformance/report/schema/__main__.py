"""Write the schemas beside this module."""

from conformance.report.schema import FOLDER, schemas

for name, text in schemas().items():
    (FOLDER / name).write_bytes(text)
