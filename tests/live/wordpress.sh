#!/bin/bash
# Brings an author of a real WordPress on this machine as a candidate would, and the blog by its
# feed, and compares with what was put into it. Debian, as root: apt-get install
#   --no-install-recommends wordpress wordpress-theme-twentytwentyone php-cli php-mysql \
#   mariadb-server python3-venv
#
#   tests/live/wordpress.sh [PATH-OF-GLASKLAR]
set -euo pipefail
. "$(dirname "$0")/common.sh"
port=${PORT:-8089}
site=http://127.0.0.1:$port

# The database, reachable through a socket only, gone at the end.
mkdir "$folder/database"
chown mysql "$folder/database"
mariadb-install-db --user=mysql --datadir="$folder/database/data" --skip-test-db >/dev/null
mariadbd --no-defaults --user=mysql --datadir="$folder/database/data" \
    --socket="$folder/database/socket" --pid-file="$folder/database/pid" --skip-networking \
    2>"$folder/database.log" &
started+=($!)
wait_for mariadb --socket="$folder/database/socket" -e 'CREATE DATABASE wordpress'

# WordPress from the package, with a configuration of its own, on PHP's own server.
cp -rL /usr/share/wordpress "$folder/site"
rm -f "$folder/site/wp-config.php"
cat >"$folder/site/wp-config.php" <<PHP
<?php
define('DB_NAME', 'wordpress');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:$folder/database/socket');
define('DB_CHARSET', 'utf8mb4');
define('WP_HOME', '$site');
define('WP_SITEURL', '$site');
define('WP_CONTENT_DIR', '$folder/site/wp-content');
define('DISABLE_WP_CRON', true);
\$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
PHP
php -S "127.0.0.1:$port" -t "$folder/site" "$here/router.php" >"$folder/php.log" 2>&1 &
started+=($!)
(cd "$folder/site" && php "$here/wordpress.php")

configured glasklar
serve
fetch() { "$glasklar" fetch --channel "$1" "$2" --json --config "$folder/glasklar.toml"; }
for author in ada eve; do fetch wordpress "$site/author/$author" >"$folder/$author.json"; done
fetch blog "$site/" >"$folder/feed.json"
if fetch wordpress "$site/" 2>"$folder/refused"; then exit 1; fi
grep "several authors" "$folder/refused"

# An author shows a code in her biography, the owner of a blog in the head of its front page.
show() { printf 'cd %q && exec php %q %s "$1"' "$folder/site" "$here/show.php" "$1"; }
bring ada CHANNEL_WORDPRESS "$site/author/ada" -- bash -c "$(show ada)" show >"$folder/author.json"
bring owner CHANNEL_BLOG "$site/" -- bash -c "$(show front)" show >"$folder/blog.json"

python3 "$here/wordpress.py" "$folder"
echo "a real WordPress was brought and fetched as it is"
