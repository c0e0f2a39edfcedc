"""Who answers a query, and with which token."""
