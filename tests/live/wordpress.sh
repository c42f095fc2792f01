#!/bin/bash
# Fetches from a real WordPress on this machine and compares with what was put into it. Debian, as
# root: apt-get install --no-install-recommends wordpress php-cli php-mysql mariadb-server curl
#
#   tests/live/wordpress.sh [PATH-OF-GLASKLAR]
set -euo pipefail
glasklar=${1:-target/debug/glasklar}
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
port=${PORT:-8089}
ended() {
    kill "${php:-}" "${database:-}" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$folder"
}
trap ended EXIT

# The database, reachable through a socket only, gone at the end.
chown mysql "$folder"
mariadb-install-db --user=mysql --datadir="$folder/data" --skip-test-db >/dev/null
mariadbd --no-defaults --user=mysql --datadir="$folder/data" --socket="$folder/socket" \
    --pid-file="$folder/pid" --skip-networking 2>"$folder/log" &
database=$!
for _ in $(seq 100); do [ -S "$folder/socket" ] && break; sleep 0.2; done
mariadb --socket="$folder/socket" -e 'CREATE DATABASE wordpress'

# WordPress from the package, with a configuration of its own, on PHP's own server.
cp -rL /usr/share/wordpress "$folder/site"
rm -f "$folder/site/wp-config.php"
cat >"$folder/site/wp-config.php" <<PHP
<?php
define('DB_NAME', 'wordpress');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:$folder/socket');
define('DB_CHARSET', 'utf8mb4');
define('WP_HOME', 'http://127.0.0.1:$port');
define('WP_SITEURL', 'http://127.0.0.1:$port');
define('WP_CONTENT_DIR', '$folder/site/wp-content');
define('DISABLE_WP_CRON', true);
\$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
PHP
php -S "127.0.0.1:$port" -t "$folder/site" \
    "$here/router.php" >"$folder/php.log" 2>&1 &
php=$!
(cd "$folder/site" && php "$here/wordpress.php")

cat >"$folder/glasklar.toml" <<TOML
development = true
[mail]
kind = "print"
[fetch]
allow_private_addresses = ["127.0.0.1/32"]
TOML
fetch() { "$glasklar" fetch --channel wordpress "$1" --json --config "$folder/glasklar.toml"; }
for author in ada eve; do
    fetch "http://127.0.0.1:$port/author/$author" >"$folder/$author.json"
done
! grep -l VISITOR-MUST-NOT-APPEAR "$folder"/*.json
if fetch "http://127.0.0.1:$port/" 2>"$folder/refused"; then exit 1; fi
grep "several authors" "$folder/refused"
python3 - "$folder/ada.json" "$folder/eve.json" <<'PY'
import json, sys
documents = [json.load(open(path)) for path in sys.argv[1:]]
found = [(sum(d["items"].values()), d["received"]["reply"]) for d in documents]
print("items and replies, of ada and of eve:", found)
# Without any comment the answer is an empty list, which tells nothing.
assert found == [(120, 130), (5, None)], json.dumps(documents, indent=1)
PY
echo "a real WordPress was fetched as it is"
