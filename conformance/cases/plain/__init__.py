"""The PLAIN mechanism (RFC 24): a user name and a password in clear text, checked before anything else is said."""
