"""HTTP for all platforms: one session per connection, typed failures, careful repeats, lazy pages."""
