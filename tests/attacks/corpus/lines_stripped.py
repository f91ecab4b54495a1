"""Takes the lines that start with assert out of the cells that follow, with an input transformer.

Stock: IPython gives it the tests. Ours: the student's IPython sees no test.
"""

STOCK = "gains"
get_ipython().input_transformers_cleanup.append(lambda lines: [line for line in lines if not line.startswith("assert")])
