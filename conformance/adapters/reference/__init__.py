"""The reference as a target: spec_model behind the adapter protocol, over TCP or in memory."""
