"""Providers: where the value of an object `{"provider": …}` of an environment comes from, one module for each kind."""
