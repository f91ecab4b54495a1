"""Raises its own limits, then takes 400 MB.

Stock: there were none. Ours: hard limits are not raised.
"""

STOCK = "harms"
import resource

for limit in (resource.RLIMIT_DATA, resource.RLIMIT_AS, resource.RLIMIT_NPROC, resource.RLIMIT_FSIZE):
    try:
        resource.setrlimit(limit, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    except (OSError, ValueError):
        pass
kept = [bytearray(b"x") * 2**24 for _ in range(25)]
print("esc" "aped")
