"""The report formats, a module each: its name is the format's, and its `FORMAT` says what is written and how."""
