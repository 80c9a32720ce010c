"""Photos on the screen: looking at one, and marking points in it."""
