"""Many submissions on any executor, resumed where they were interrupted."""
