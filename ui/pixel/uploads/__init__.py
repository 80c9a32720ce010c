"""Files on their way into a data collection of Pixel: looked at, made to fit, sent."""
