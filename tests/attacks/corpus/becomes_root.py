"""Takes every user id that it can name.

Stock resists where the grader is no administrator. Ours: no capability for it.
"""

STOCK = "resists"
import os

before = os.getuid()
for user in (0, 1, 2, 65534):
    for call in (lambda: os.setuid(user), lambda: os.setresuid(user, user, user), lambda: os.setgid(0), lambda: os.setgroups([0])):
        try:
            call()
            if os.getuid() != before or 0 in os.getgroups():
                print("esc" "aped", user)
        except OSError:
            pass
