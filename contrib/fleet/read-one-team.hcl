# What a machine of one team may do: read the tokens below one path. Nothing else: no list, no look at itself or at mounts.
path "secret/data/atlassian/*" {
  capabilities = ["read"]
}
