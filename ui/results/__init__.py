"""Looking at what a platform found: classes, filters, one object after the other, two runs side by side."""
