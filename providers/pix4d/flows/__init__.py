"""What takes several requests: upload, register, follow. Every flow takes up where an earlier run stopped."""
