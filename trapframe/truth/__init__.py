"""What the manuals require, what is known to deviate, and the judge between them and a record."""
