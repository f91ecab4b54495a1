"""Takes every assert out of the cells that follow, with an AST transformer.

Stock: the tests run in the shell that the student has changed. Ours: they run in another process.
"""

STOCK = "gains"
import ast


class NoAssert(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.copy_location(ast.Pass(), node)


get_ipython().ast_transformers.append(NoAssert())
