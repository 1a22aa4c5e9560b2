"""The boundary to the insurance bureau: an OpenAPI contract, a client, and a reference service a region replaces.

Only `registration.client` is for the other rooms; it imports nothing of the service.
"""
