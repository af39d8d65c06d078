"""What a file means: requests, names, scopes, environments, auth in force, the plan. Pure over a snapshot."""
