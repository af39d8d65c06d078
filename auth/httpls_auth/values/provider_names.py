"""The providers that an environment may name for values that are not written in it; case does not matter."""

PROVIDERS = (
    "Keyring", "Secret", "EnvVar", "DotEnv", "File", "Command", "AspnetUserSecrets", "AzureKeyVault", "Encrypted",
)  # fmt: skip
