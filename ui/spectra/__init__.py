"""The dock “Spectral Profile”: the values of clicked pixels through all bands, plotted by wavelength and compared."""
