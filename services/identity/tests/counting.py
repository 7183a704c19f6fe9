"""What a connection ran, for tests that count it."""


class Ran(list[str]):
    """Statements, and how many kinds of rows travelled with the last COMMIT."""

    rows_with_commit = 0

    def note_commit(self, query: str) -> None:
        """Hear of a query; one that ends the transaction brings rows along."""
        if query.endswith("COMMIT"):
            self.rows_with_commit = query.count("INSERT INTO")
