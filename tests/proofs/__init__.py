"""That everybody was told, and that nothing acknowledged is lost: processes killed, databases away, disks full.

Shortened here, at full length by `make proofs`.
"""
