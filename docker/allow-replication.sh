#!/bin/sh
# First start of the primary: let a replica in the private network connect.
echo "host replication all all scram-sha-256" >> "$PGDATA/pg_hba.conf"
