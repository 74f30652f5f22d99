# Private servers for the scripts beside this one, which source it. They have
# set `work`, a folder that goes away with them.

as_postgres() {
    if [ "$(id -u)" -eq 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

# Installs Debian packages unless the command given says that they are there.
installed() {
    local there=$1
    shift
    if ! bash -c "$there" >/dev/null 2>&1; then
        apt-get update -qq || return 1
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null || return 1
    fi
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# A PostgreSQL that need not outlive the machine, at `postgres_url`.
start_postgres() {
    installed 'ls /usr/lib/postgresql/*/bin/initdb' postgresql || return 1
    pg_bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
    mkdir "$work/pg" "$work/sock" || return 1
    [ "$(id -u)" -ne 0 ] || chown postgres "$work/pg" "$work/sock" || return 1
    as_postgres "$pg_bin/initdb" --no-sync --username=postgres --auth=trust --encoding=UTF8 \
        --locale=C.UTF-8 -D "$work/pg" >/dev/null || return 1
    as_postgres "$pg_bin/pg_ctl" -D "$work/pg" -w -l "$work/pg/log" -o "-c listen_addresses= \
        -c unix_socket_directories=$work/sock -c fsync=off -c max_connections=400" start >/dev/null || return 1
    # shellcheck disable=SC2034
    postgres_url="postgresql:///postgres?host=$work/sock&user=postgres"
}

stop_postgres() {
    [ ! -d "$work/pg" ] || as_postgres "$pg_bin/pg_ctl" -D "$work/pg" -m immediate stop >/dev/null 2>&1 || true
}

# Waits until `demo`, which writes to the file given, serves.
await_demo() {
    for _ in $(seq 600); do
        grep -q '^Serving until' "$1" && return 0
        # shellcheck disable=SC2154
        kill -0 "$demo" 2>/dev/null || break
        sleep 0.5
    done
    cat "$1"
    return 1
}
