"""What docks and algorithms need from QGIS: connections, secrets, network, background work, jobs, layers, messages."""
