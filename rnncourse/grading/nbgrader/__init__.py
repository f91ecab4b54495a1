"""An nbgrader course: its folder, its gradebook, its commands."""
