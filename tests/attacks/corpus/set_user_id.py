"""Runs programs that change the user: su, sudo, mount, pkexec.

Stock resists where they ask for a password. Ours: no program gains privileges.
"""

STOCK = "resists"
import subprocess

for command in (["su", "-c", "id -u"], ["sudo", "-n", "id", "-u"], ["pkexec", "id", "-u"], ["mount", "-t", "tmpfs", "x", "/mnt"]):
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=1)
        if done.returncode == 0:
            print("esc" "aped", command)
    except (OSError, subprocess.TimeoutExpired):
        pass
