"""What a command ends with, as the design has it; 2, for wrong words, is the command line's own."""

DONE = 0
FAILED = 1
# Done, and something waits for somebody to decide.
WITHHELD = 3
