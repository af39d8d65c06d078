"""What holds for all tests."""

from hypothesis import HealthCheck, settings

# A busy machine may take long for an example, and for making some; that is no failure.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
