"""Stand-alone scripts: one case as a Python file that anybody can run against an implementation, without this project.

`recording` plays a case in memory and notes what the tester does, `expressions` says how octets that depend on the target's
keys are made, `script` writes the file.
"""
