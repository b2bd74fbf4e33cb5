"""`export`: specs as other forms have them."""
