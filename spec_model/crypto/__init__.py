"""Keys, boxes and the only randomness of the project. The cryptography itself is libsodium's, by PyNaCl."""
