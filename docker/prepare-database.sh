#!/bin/sh
# Creates the database with all addons, or updates it when the addons changed.
# Runs to its end before the server starts; an interrupted run is repeated.
set -eu

database=${DATABASE:-crm_kpi_demo}
addons=$(cd /mnt/extra-addons && ls -d */ | tr -d / | paste -sd, -)
marker=/var/lib/odoo/$database.addons
wanted=$(find /mnt/extra-addons -type f ! -name '*.pyc' -exec sha256sum {} + | sort | sha256sum)

if [ "$(cat "$marker" 2>/dev/null || true)" = "$wanted" ]; then
    echo "The database $database is up to date."
    exit 0
fi

demo=
if [ "${DEMO:-1}" = 1 ]; then
    demo=--with-demo
fi

/entrypoint.sh odoo --database="$database" --init="$addons" --update="$addons" \
    --load-language=en_US,de_DE $demo --no-http --max-cron-threads=0 --stop-after-init
echo "$wanted" > "$marker"
