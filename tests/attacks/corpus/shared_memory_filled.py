"""Fills /dev/shm with 200 MB.

Stock: as much as there is. Ours: what is allowed, in a file system of its own.
"""

STOCK = "harms"
for i in range(20):
    with open(f"/dev/shm/part-{i}", "wb") as file:
        file.write(bytes(10 * 2**20))
print("esc" "aped")
