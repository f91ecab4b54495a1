"""Changes the instructor's notebook.

Stock: the folder can be written. Ours: there is no such folder.
"""

STOCK = "harms"
with open("../../../source/hw/hw.ipynb", "a") as file:
    file.write("\n")
