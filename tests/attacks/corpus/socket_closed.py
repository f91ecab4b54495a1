"""Closes the socket on which its process is spoken to, and lives on.

Stock: the kernel loses its sockets, and the honest answers get nothing. Ours: it is ended, and another process goes on.
"""

STOCK = "harms"
import os
import time

os.closerange(3, 256)
time.sleep(25)
