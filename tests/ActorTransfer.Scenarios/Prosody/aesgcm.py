#!/usr/bin/python3
"""Encrypts or decrypts files of aesgcm: URLs (XEP-0454), by the cryptography package.

  encrypt INPUT OUTPUT BYTES  prints the fragment of the URL; the vector has so many bytes
  decrypt INPUT OUTPUT URL
"""

import os
import sys

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

command, source, target, parameter = sys.argv[1:]
with open(source, "rb") as file:
    data = file.read()
if command == "encrypt":
    vector, key = os.urandom(int(parameter)), os.urandom(32)
    result = AESGCM(key).encrypt(vector, data, None)
    print(vector.hex() + key.hex())
else:
    secret = bytes.fromhex(parameter.split("#")[1])
    result = AESGCM(secret[-32:]).decrypt(secret[:-32], data, None)
with open(target, "wb") as file:
    file.write(result)
