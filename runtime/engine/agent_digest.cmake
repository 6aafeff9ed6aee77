# Writes OUT: a header with the SHA-256 of FILE.
file(SHA256 ${FILE} hash)
file(WRITE ${OUT} "#pragma once\n#define SLUICE_AGENT_DIGEST \"${hash}\"\n")
