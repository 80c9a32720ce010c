"""What Geodata Pixel does with files, in worker processes: validation, optimisation. It knows nothing of HTTP."""
