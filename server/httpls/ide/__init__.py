"""Editor features over the model: offsets and plain values in and out. Knows neither the protocol nor HTTP."""
