"""The sign-in service on this computer: accepts the vault's keys in the wire format of the vendor's public API."""
