"""The harness: plays scripts against targets and judges what they do."""
