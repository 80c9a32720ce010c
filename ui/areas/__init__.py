"""Areas as the input of algorithms and of searches: chosen from layers, or drawn."""
