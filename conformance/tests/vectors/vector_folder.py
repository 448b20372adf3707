"""Where the committed vectors are."""

from conformance.tests.cli.cli_launch import ROOT

FOLDER = ROOT / "vectors"
