"""The bytes of the serial line as a Record, and the facts of a record by their names."""
