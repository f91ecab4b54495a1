"""Connects to a socket of another process that has a name and no file.

Stock: abstract sockets belong to the network that all share. Ours: it has a network of its own.
"""

STOCK = "harms"
import socket

with socket.socket(socket.AF_UNIX) as connection:
    connection.settimeout(1)
    connection.connect("\0grader")
    print("esc" "aped")
