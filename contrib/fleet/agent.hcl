# The engine's own agent on a machine of the fleet: it logs in, and renders the team's tokens into a file in memory that
# atla-credential reads with ATLA_CREDENTIALS=/run/atla-agent/credentials.toml. That costs a get nothing, and goes on where
# the engine is down. Start it with: bao agent -config=agent.hcl
vault {
  address = "https://vault.example.com:8200"
  ca_cert = "/etc/atla-vault/authority.pem"
}

auto_auth {
  method "approle" {
    config = {
      role_id_file_path                   = "/etc/atla-vault/role-id"
      secret_id_file_path                 = "/etc/atla-vault/secret-id"
      remove_secret_id_file_after_reading = false
    }
  }
}

template_config {
  static_secret_render_interval = "30s" # for how long a machine may have the old token
  exit_on_retry_failure         = false # an engine that is down is no reason to end
}

# The key is the profile's name, e-mail and instance, as they stand in config.toml.
template {
  destination          = "/run/atla-agent/credentials.toml"
  perms                = "0600"
  error_on_missing_key = true
  contents             = <<EOT
{{ with secret "secret/data/atlassian/work.atlassian.net" }}[tokens."work|you@example.com|https://work.atlassian.net"]
token = {{ .Data.data.token | toJSON }}
{{ end }}
EOT
}
