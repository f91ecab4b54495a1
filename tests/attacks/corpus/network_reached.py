"""Connects to a service of the machine, and to the world.

Stock: the kernel has the grader's network. Ours: it has none.
"""

STOCK = "harms"
import socket

for address in (("127.0.0.1", 48099), ("::1", 48099), ("192.0.2.1", 80)):
    try:
        with socket.create_connection(address, 0.3) as connection:
            connection.sendall(b"here")
            print("esc" "aped")
    except OSError:
        pass
