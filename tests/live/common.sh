# Sourced by the scripts beside it, with the path of the program: a folder that vanishes at the
# end together with what was started, and a server of Glasklar that may fetch from this machine.
glasklar=$(realpath "${1:-target/debug/glasklar}")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# What was downloaded outlives a run.
cache=${XDG_CACHE_HOME:-$HOME/.cache}/glasklar-live
folder=$(mktemp -d)
chmod 711 "$folder"
started=()
ended() {
    if [ "$1" != 0 ]; then tail -n 5 "$folder"/*.log || true; fi
    # The last one first: nothing is left without what it needs.
    for ((at = ${#started[@]} - 1; at >= 0; at--)); do
        kill "${started[at]}" 2>/dev/null || true
    done
    wait 2>/dev/null || true
    rm -rf "$folder"
}
trap 'ended $?' EXIT

# wait_for COMMAND...: until it succeeds, or two minutes are over.
wait_for() {
    for _ in $(seq 600); do "$@" >/dev/null 2>&1 && return; sleep 0.2; done
    echo "waited in vain for: $*" >&2
    return 1
}

# configured NAME LINE...: a configuration for this machine alone, with more lines of [fetch].
configured() {
    local name=$1
    shift
    printf '%s\n' 'development = true' '[server]' 'listen = "127.0.0.1:0"' '[mail]' \
        'kind = "print"' '[fetch]' 'allow_private_addresses = ["127.0.0.1/32"]' "$@" \
        >"$folder/$name.toml"
}

# serve: the server, with `glasklar.toml`; its address is in `address`.
serve() {
    (
        cd "$folder"
        "$glasklar" keygen >/dev/null
        "$glasklar" migrate --config glasklar.toml >/dev/null
    )
    (cd "$folder" && exec "$glasklar" serve --config glasklar.toml 2>glasklar.log) &
    started+=($!)
    wait_for grep '"message":"serving"' "$folder/glasklar.log"
    address=$(grep '"message":"serving"' "$folder/glasklar.log" |
        python3 -c 'import json, sys; print(json.load(sys.stdin)["fields"]["address"])')
}

# bring SUBJECT CHANNEL ACCOUNT ...: see candidate.py.
bring() {
    if [ ! -e "$cache/venv/complete" ]; then
        python3 -m venv "$cache/venv"
        "$cache/venv/bin/pip" install --quiet -r "$here/../../examples/requirements.txt"
        touch "$cache/venv/complete"
    fi
    local token
    token=$(cd "$folder" && "$glasklar" token --role candidate --subject "$1")
    shift
    "$cache/venv/bin/python" -B "$here/candidate.py" "$address" "$token" "$@"
}
