#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What it is all for: a name with two addresses, the first server of which is silent.
#
#   curl                box        silent server, nginx
#     | SYN ------------>|--------------->|
#     |<--------- RST,ACK|                |             after 2 s
#     | SYN ------------>|---------------------------->|
#     |<-----------------|<-------------------- SYN,ACK|
#
# And the same without a silent one, where there is no room for his SYNs.
. "${0%/*}/lib.sh"

need_module
need curl nginx
setup
mkdir "$tmp/www"
echo "it works" > "$tmp/www/index.html"
cat > "$tmp/nginx.conf" <<-END
	daemon off;
	pid $tmp/nginx.pid;
	error_log stderr;
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
		server {
			listen 80;
			listen [::]:80;
			root $tmp/www;
		}
	}
END
chmod 755 "$tmp" "$tmp/www"
launch "$server" nginx -p "$tmp" -c "$tmp/nginx.conf" 2> "$tmp/nginx.log"
policy

# Until nginx listens (0A) on port 80 (0050).
until inside "$server" grep -q ':0050 0*:0000 0A' /proc/self/net/tcp; do
	pause 0.1
done

pids=()
for way in "${ways[@]}"; do
	launch "$client" curl -s -o "$tmp/$way" -w '%{http_code} %{time_connect}\n' -m 10 \
		--resolve "service.test:80:${silent[$way]//[\[\]]},${live[$way]//[\[\]]}" \
		http://service.test/ > "$tmp/$way.result"
	pids+=("$launched")
done
wait "${pids[@]}"
for way in "${ways[@]}"; do
	read -r code took < "$tmp/$way.result"
	is "$way: curl gets the page" "$code $(< "$tmp/$way")" "200 it works"
	took=$((10#${took/./} / 1000))
	# curl 7.88 itself lets another second pass before it turns to the next address.
	is_in "$took" 2000..$((3100 + slack))
	is "$way: after two seconds, and perhaps one of its own" "$? ($took ms)" "0 ($took ms)"
done
counters "four silent servers, four that answer" \
	started 8 answered 4 gave-up 4 retransmitted 12 repeat-dropped 4

# Who finds no room is served as without the module, and so are those after him (kmod/shed.c).
tool policy flush
policy retries 0 deadline 600s
check "room for four" tool limit set flows 4
for way in "${ways[@]}"; do
	send client "$way" "${guest[$way]}:4000 > ${silent[$way]}:80 SYN seq 1000" \
		"${guest[$way]}:4001 > ${silent[$way]}:80 SYN seq 1000"
done
sent
# Until there is a filter.
pause 0.5
tool stats reset
for way in "${ways[@]}"; do
	is "$way: curl gets the page without room" "$(inside "$client" curl -s -m 10 \
		"http://${live[$way]}/") $(inside "$client" curl -s -m 10 \
		"http://${live[$way]}/")" "it works it works"
done
counters "and that is counted" table-full 8

finish
