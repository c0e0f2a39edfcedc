# What may be done by whatever prepares machines: read the name of their role, and make a secret for one, but only wrapped,
# for ten minutes at most. So it hands secrets out, and sees none.
path "auth/approle/role/machine/role-id" {
  capabilities = ["read"]
}
path "auth/approle/role/machine/secret-id" {
  capabilities     = ["create", "update"]
  min_wrapping_ttl = "1s"
  max_wrapping_ttl = "10m"
}
