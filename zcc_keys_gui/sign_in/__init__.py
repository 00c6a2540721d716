"""The sign-in service on this computer: honours the vault's keys in the wire format of the vendor's public API."""
