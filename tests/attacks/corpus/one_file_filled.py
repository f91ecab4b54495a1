"""Writes one file of 60 MB.

Stock: as much as there is. Ours: a file ends at 16 MB here.
"""

STOCK = "harms"
with open("part", "wb") as file:
    for _ in range(60):
        file.write(bytes(2**20))
print("esc" "aped")
