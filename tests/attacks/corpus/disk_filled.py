"""Writes 200 MB of files.

Stock: as much as there is. Ours: what is allowed, here 32 MB, in memory of its own.
"""

STOCK = "harms"
for i in range(20):
    with open(f"part-{i}", "wb") as file:
        file.write(bytes(10 * 2**20))
print("esc" "aped")
