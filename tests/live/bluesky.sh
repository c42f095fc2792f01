#!/bin/bash
# Brings an account of a real Bluesky on this machine (directory, personal data server and AppView,
# of the packages that Bluesky publishes) as a candidate would: the repository as a file, then the
# account by the network. Debian, as root: apt-get install --no-install-recommends postgresql \
#   redis-server nodejs npm libnode-dev build-essential python3-venv curl
#
#   tests/live/bluesky.sh [PATH-OF-GLASKLAR]
set -euo pipefail
. "$(dirname "$0")/common.sh"
redis_port=${PORT:-8088}

# A dependency of the packages is compiled here, against the headers that Debian installs.
if [ ! -e "$cache/bluesky/complete" ]; then
    mkdir -p "$cache/bluesky"
    npm_config_nodedir=/usr npm install --prefix "$cache/bluesky" --no-audit --no-fund \
        --loglevel=error @atproto/dev-env@0.3.215
    touch "$cache/bluesky/complete"
fi

# The databases of the AppView: gone at the end, and nothing but this machine reaches them.
binaries=$(ls -d /usr/lib/postgresql/*/bin | tail -1)
mkdir "$folder/postgres" "$folder/tmp"
chown postgres "$folder/postgres"
as_postgres=(setpriv --reuid=postgres --regid=postgres --clear-groups)
"${as_postgres[@]}" "$binaries/initdb" -D "$folder/postgres/data" -U postgres -A trust >/dev/null
"${as_postgres[@]}" "$binaries/postgres" -D "$folder/postgres/data" -k "$folder/postgres" \
    -c listen_addresses= -c fsync=off 2>"$folder/postgres.log" &
started+=($!)
redis-server --port "$redis_port" --bind 127.0.0.1 --save '' --appendonly no --dir "$folder" \
    >"$folder/redis.log" &
started+=($!)
wait_for test -S "$folder/postgres/.s.PGSQL.5432"

# Bluesky, until its input ends.
mkfifo "$folder/input"
DB_POSTGRES_URL="postgres://postgres@/postgres?host=$folder/postgres" \
    REDIS_HOST="127.0.0.1:$redis_port" NODE_PATH="$cache/bluesky/node_modules" \
    TMPDIR="$folder/tmp" LOG_ENABLED=false \
    node "$here/bluesky.cjs" "$folder/place" <"$folder/input" >"$folder/bluesky.log" 2>&1 &
started+=($!)
exec 3>"$folder/input"
wait_for test -e "$folder/place"
told() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' \
    "$folder/place" "$1"; }

# Glasklar, with this AppView in the place of the public one.
configured glasklar "bluesky = \"$(told appview)\""
configured repositories "bluesky = \"$(told pds)\""
serve

# The repository, as its owner downloads it, and what it contains.
curl -sSf "$(told pds)/xrpc/com.atproto.sync.getRepo?did=$(told did)" -o "$folder/ada.car"
"$glasklar" inspect --json "$folder/ada.car" >"$folder/inspected.json"
fetch() { "$glasklar" fetch --channel bluesky "$1" --json --config "$folder/$2.toml"; }
fetch ada.test glasklar >"$folder/fetched.json"
# A server of repositories is no AppView, and an account that does not exist is none.
if fetch ada.test repositories 2>"$folder/refused"; then exit 1; fi
if fetch nobody.test glasklar 2>>"$folder/refused"; then exit 1; fi

# Her description is a record of hers; the code that is shown comes last.
cat >"$folder/show.sh" <<'SHOW'
curl -sSf -X POST "$1/xrpc/com.atproto.repo.putRecord" -H "authorization: Bearer $2" \
    -H 'content-type: application/json' -o /dev/null -d '{"repo": "'"$3"'",
    "collection": "app.bsky.actor.profile", "rkey": "self", "record":
    {"$type": "app.bsky.actor.profile", "description": "Databases and bread. '"$4"'"}}'
SHOW
bring ada CHANNEL_BLUESKY @ada.test --upload "$folder/ada.car" \
    -- bash "$folder/show.sh" "$(told pds)" "$(told token)" "$(told did)" >"$folder/brought.json"

python3 "$here/bluesky.py" "$folder"
echo "a real Bluesky was brought and fetched as it is"
