#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Programs on the box itself, as they are, with two servers, of which the first is silent:
# how long until the second one serves them.  What they do without the module is looked at
# where that takes no time, in virtual time.
#
# PostgreSQL and sshd are real ones.  They are asked by psql, by Java's driver (pgjdbc, see
# Query.java) and by ssh.  promtool is a program in Go.
. "${0%/*}/lib.sh"

# run_program NAME: what is run.  service.test is both servers, $one the first.
# shellcheck disable=SC2016 # for another shell
declare -A run_program=(
	[curl]='curl -s http://service.test/'
	[nginx]='curl -s http://127.0.0.1:8080/$one'
	[psql]='psql -Atc "table answer" "host=$one,$two user=x dbname=postgres"'
	[ssh]='ssh -F none -i $tmp/key -o UserKnownHostsFile=$tmp/known service.test echo it works'
	[python]='/usr/bin/python3 -c "
import urllib.request
print(urllib.request.urlopen(\"http://service.test/\").read().decode().strip())"'
	[go]='promtool query instant http://service.test/ 1'
	[java]='java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData \
		-cp $made:/usr/share/java/postgresql.jar Query \
		"jdbc:postgresql://$one,$two/postgres?user=x"'
)
programs=(curl nginx psql ssh python go java)
# How long they wait by themselves, in ms: as long as TCP, but nginx has a timer of 60 s,
# pgjdbc one of 10 s, and Go's 30 s are shared by the addresses.
# How long that is for TCP, depends on the kernel.
declare -A patience=([nginx]=60000..60100 [go]=15000..15100 [java]=10000..10100)
# curl 7.88 lets another second pass before it turns to the next address. Where time is real,
# programs take their own, on a slow machine seconds.
most=15000
[ "${SYNCOPATE_VIRTUAL_TIME:-0}" != 1 ] || most=3010

# use NAME: runs it; what it says goes to one file, how long it took to another.
use() {
	local begin=${EPOCHREALTIME/[.,]/}

	inside "$box" env one="$one" two="$two" tmp="$tmp" made="$made" HOME="$tmp" \
		PGSSLMODE=disable PGGSSENCMODE=disable unshare -m bash -c "
		mount --bind $tmp/hosts.$one /etc/hosts
		mount --bind $tmp/nsswitch /etc/nsswitch.conf
		${run_program[$1]}" > "$tmp/$1.said" 2>&1
	echo $(((${EPOCHREALTIME/[.,]/} - begin) / 1000)) > "$tmp/$1.took"
}

# measured TEXT FIRST SECOND: all programs at once; how long each took goes to $took.
measured() {
	local name users=() one=$2 two=$3 answer

	for name in "${programs[@]}"; do
		use "$name" &
		users+=($!)
	done
	wait "${users[@]}"
	for name in "${programs[@]}"; do
		read -r "took[$name]" < "$tmp/$name.took"
		answer='it works'
		[ "$name" != go ] || answer='scalar: 1 @[0]'
		is "$1: $name is served" "$(< "$tmp/$name.said")" "$answer"
	done
	echo "# $1, ms:$(for name in "${programs[@]}"; do echo -n " $name ${took[$name]}"; done)"
}
declare -A took

need_module
need curl java nginx promtool psql ssh sshd
made=
for dir in "$here" "$here/../build/selftests"; do
	[ ! -e "$dir/Query.class" ] || [ ! -e "$dir/cluster.tar" ] || made=$dir
done
[ -n "$made" ] || skip "no Query.class, cluster.tar: there was no Java or PostgreSQL to make them"
setup
ip -n "$box" link set lo up
alive=10.3.0.2 dead=10.3.0.3
hosts='127.0.0.1 localhost\n%s service.test\n%s service.test\n'
# shellcheck disable=SC2059 # it is a format
{
	printf "$hosts" $alive $dead > "$tmp/hosts.$alive"
	printf "$hosts" $dead $alive > "$tmp/hosts.$dead"
}
printf '%s: files\n' hosts passwd shadow group > "$tmp/nsswitch"

# --- the servers

cat > "$tmp/serve.py" <<'END'
import http.server

class Service(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        text = b"it works\n"
        if self.path.startswith("/api/"):
            text = b'{"status": "success", "data": {"resultType": "scalar", "result": [0, "1"]}}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_POST = do_GET

    def log_message(self, *args):
        pass

http.server.ThreadingHTTPServer(("10.3.0.2", 80), Service).serve_forever()
END
launch "$server" /usr/bin/python3 "$tmp/serve.py"

postgres=$(compgen -G '/usr/lib/postgresql/*/bin/postgres' | tail -n 1)
chmod 711 "$tmp"
install -d -m 700 -o postgres "$tmp/cluster"
as_postgres=(setpriv --reuid postgres --regid postgres --clear-groups env -C "$tmp/cluster" LC_ALL=C)
"${as_postgres[@]}" tar -xf - < "$made/cluster.tar"
launch "$server" "${as_postgres[@]}" "$postgres" -D . -c listen_addresses=$alive \
	-c unix_socket_directories= -c fsync=off -c autovacuum=off -c jit=off \
	-c dynamic_shared_memory_type=mmap > "$tmp/postgres.log" 2>&1

# Whoever root is on this machine, here it is somebody with a key and a simple shell.
ssh-keygen -q -t ed25519 -N '' -f "$tmp/key"
echo "service.test,$alive $(< "$tmp/key.pub")" > "$tmp/known"
echo "root:x:0:0::$tmp:/bin/sh" > "$tmp/passwd"
grep '^sshd:' /etc/passwd >> "$tmp/passwd"
echo 'root:*:1::::::' > "$tmp/shadow"
cat > "$tmp/sshd_config" <<-END
	ListenAddress $alive
	HostKey $tmp/key
	AuthorizedKeysFile $tmp/key.pub
	KexAlgorithms curve25519-sha256
	StrictModes no
	PidFile none
END
[ -d /run/sshd ] || { mkdir /run/sshd && at_end rmdir /run/sshd; }
launch "$server" unshare -m sh -c "
	mount --bind $tmp/nsswitch /etc/nsswitch.conf
	mount --bind $tmp/passwd /etc/passwd
	mount --bind $tmp/shadow /etc/shadow
	exec $(command -v sshd) -D -e -f $tmp/sshd_config" > "$tmp/sshd.log" 2>&1

# Both upstreams are asked in turn, and no failure is remembered.
cat > "$tmp/nginx.conf" <<-END
	daemon off;
	pid $tmp/nginx.pid;
	error_log $tmp/error.log;
	user root;
	worker_processes 1;
	events {
	}
	http {
		access_log off;
		client_body_temp_path $tmp/1;
		proxy_temp_path $tmp/2;
		fastcgi_temp_path $tmp/3;
		uwsgi_temp_path $tmp/4;
		scgi_temp_path $tmp/5;
		upstream dead_first {
			server $dead:80 weight=1000 max_fails=0;
			server $alive:80;
		}
		upstream alive_first {
			server $alive:80 weight=1000 max_fails=0;
			server $dead:80;
		}
		server {
			listen 127.0.0.1:8080;
			location /$dead {
				proxy_pass http://dead_first;
			}
			location /$alive {
				proxy_pass http://alive_first;
			}
		}
	}
END
launch "$box" nginx -p "$tmp" -c "$tmp/nginx.conf" 2> "$tmp/nginx.log"

# listens NETNS PORT: somebody does there.
listens() {
	inside "$1" grep -q ":$(printf %04X "$2") 0*:0000 0A" /proc/self/net/tcp
}
for _ in {1..300}; do
	! listens "$box" 8080 || ! listens "$server" 80 || ! listens "$server" 22 ||
		! listens "$server" 5432 || break
	pause 0.1
done
inside "$server" psql -qc "create table answer as select 'it works'::text" \
	"host=$alive user=x dbname=postgres" || exit 1

# --- the programs

# It takes a machine that is emulated seconds to read them all from its disk.
measured "first alive" $alive $dead
if [ "${SYNCOPATE_VIRTUAL_TIME:-0}" = 1 ]; then
	measured "without" $dead $alive
	for name in "${programs[@]}"; do
		range=${patience[$name]:-127000..140000}
		check "without: $name waits for $range ms (${took[$name]})" is_in "${took[$name]}" "$range"
	done
fi
policy own on host
measured "with" $dead $alive
for name in "${programs[@]}"; do
	check "with: $name waits for two seconds, and for itself (${took[$name]} ms)" \
		is_in "${took[$name]}" "2000..$most"
done
read_counters
is "one attempt of each was given up" "${counter[gave-up]}" "${#programs[@]}"

[ "$failed" = 0 ] || tail -n 5 "$tmp/sshd.log" "$tmp/postgres.log" "$tmp/error.log" | sed 's/^/#   /'
finish
