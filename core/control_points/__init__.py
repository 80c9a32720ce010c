"""Control points as people have them (layers, tables, text files) and as PIX4D wants them."""
