"""Files before they are sent: what belongs to them, and what is said of them."""
