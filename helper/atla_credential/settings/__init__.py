"""What config.toml and helper.toml say."""
