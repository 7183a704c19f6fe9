"""Who is who: tenants, keys, organisations, contacts, staff, sessions."""
