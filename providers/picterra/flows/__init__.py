"""What takes several requests: slot, send, commit, follow. Every flow takes up where an earlier run stopped."""
