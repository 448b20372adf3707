"""The NULL mechanism (RFC 23 "The NULL Security Mechanism") and the metadata that travels in its READY."""
