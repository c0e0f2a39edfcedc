# What a person may do who rotates the tokens of one team.
path "secret/data/atlassian/*" {
  capabilities = ["create", "read", "update"]
}
