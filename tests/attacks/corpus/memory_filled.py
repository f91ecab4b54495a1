"""Takes 400 MB of memory and touches every page.

Stock: as much as there is. Ours: what is allowed, here 256 MB.
"""

STOCK = "harms"
kept = [bytearray(b"x") * 2**24 for _ in range(25)]
print("esc" "aped")
