"""The student's side: what confines it, what forks for it, what runs its cells. No test, solution or secret is here."""
