"""What several services share: storage, settings, telemetry, masking, the casebook, small clients. Knows no service."""
