#!/usr/bin/env bash
# Run once by PostgreSQL's image when the database is made: the follower may copy it.
set -euo pipefail
echo "host replication lisbot samenet scram-sha-256" >> "$PGDATA/pg_hba.conf"
