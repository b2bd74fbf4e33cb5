"""What every generated package runs on: shapes, kinds of value, timestamps, errors. Copied byte for byte."""
