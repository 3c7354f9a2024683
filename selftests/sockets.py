#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
sockets.py [-t SECONDS] "NAME ADDRESS PORT [OPTION [VALUE]]..."...

Connects with sockets that are not the usual ones, all at once, and says what each
came to and after how many milliseconds, as `connect` does:

  NAME ECONNREFUSED 2000.412

  dev NAME      bound to an interface or VRF
  from ADDRESS  bound to an address
  sport N       and to this port of it
  foreign       which need not be the machine's (IP_TRANSPARENT)
  mark N        its packets have this mark
  near          hears its neighbours alone (IP_MINTTL 255)
  data N        N bytes go with the SYN (TCP Fast Open)
  mptcp         Multipath TCP
  sctp          SCTP
  signed        TCP-MD5
  listened      has listened before
  user N        belongs to this user
  close SECONDS is closed so much later
  raw           sends a SYN of its own making, from the port 4000, and that is all
"""
import errno, os, select, socket, struct, sys, time

IP_MINTTL = 21
IPV6_MINHOPCOUNT = 73
IPPROTO_MPTCP = 262
TCP_MD5SIG = 14
MSG_FASTOPEN = 0x20000000


class Attempt:
    def __init__(self, text):
        self.name, address, port, *words = text.split()
        self.options = {}
        while words:
            word = words.pop(0)
            alone = word in ("foreign", "listened", "near", "mptcp", "raw", "sctp", "signed")
            self.options[word] = "" if alone else words.pop(0)
        self.family, _, _, _, self.server = socket.getaddrinfo(
            address, int(port), type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)[0]
        self.outcome = None

    def send_raw(self):
        """The checksum takes the addresses, and so a socket that knows its own."""
        header = struct.pack("!HHIIBBHHH", 4000, self.server[1], 1000, 0, 5 << 4, 2, 64240, 0, 0)
        raw = socket.socket(self.family, socket.SOCK_RAW, socket.IPPROTO_TCP)
        raw.connect((self.server[0], 0))
        ends = b"".join(socket.inet_pton(self.family, address)
                        for address in (raw.getsockname()[0], self.server[0]))
        pseudo = ends + struct.pack("!HH", socket.IPPROTO_TCP, len(header))
        total = sum(struct.unpack(f"!{len(pseudo + header) // 2}H", pseudo + header))
        while total >> 16:
            total = (total & 0xffff) + (total >> 16)
        raw.send(header[:16] + struct.pack("!H", ~total & 0xffff) + header[18:])
        self.outcome = "sent 0"

    def begin(self):
        if "raw" in self.options:
            return self.send_raw()
        options = self.options
        six = self.family == socket.AF_INET6
        if "user" in options:
            os.seteuid(int(options["user"]))
        self.socket = socket.socket(self.family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK,
                                    IPPROTO_MPTCP if "mptcp" in options else
                                    socket.IPPROTO_SCTP if "sctp" in options else 0)
        if "user" in options:
            os.seteuid(0)
        if "dev" in options:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE,
                                   options["dev"].encode())
        if "mark" in options:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, int(options["mark"]))
        if "foreign" in options:
            if six:
                self.socket.setsockopt(socket.IPPROTO_IPV6, 75, 1)
            else:
                self.socket.setsockopt(socket.IPPROTO_IP, 19, 1)
        if "near" in options:
            if six:
                self.socket.setsockopt(socket.IPPROTO_IPV6, IPV6_MINHOPCOUNT, 255)
            else:
                self.socket.setsockopt(socket.IPPROTO_IP, IP_MINTTL, 255)
        if "signed" in options:
            packed = socket.inet_pton(self.family, self.server[0])
            where = struct.pack("=HH", self.family, 0) + (bytes(4) if six else b"") + packed
            self.socket.setsockopt(socket.IPPROTO_TCP, TCP_MD5SIG,
                                   struct.pack("=128sBBHI80s", where, 0, 0, 3, 0, b"key"))
        if "from" in options:
            self.socket.bind((options["from"], int(options.get("sport", 0))))
        if "listened" in options:
            self.socket.listen()
            self.socket.shutdown(socket.SHUT_RD)
        try:
            if "data" in options:
                # The data are taken, which says nothing of an answer.
                self.socket.sendto(bytes(int(options["data"])), MSG_FASTOPEN, self.server)
            else:
                self.socket.connect(self.server)
                self.end(0)
        except BlockingIOError:
            pass
        except OSError as error:
            self.end(error.errno)

    def end(self, err):
        name = "connected" if not err else errno.errorcode.get(err, err)
        self.outcome = f"{name} {(time.monotonic() - start) * 1000:.3f}"


timeout = 10.0
args = sys.argv[1:]
if args[:1] == ["-t"]:
    timeout = float(args[1])
    args = args[2:]
attempts = [Attempt(text) for text in args]
poll = select.poll()
start = time.monotonic()
for attempt in attempts:
    attempt.begin()
    if not attempt.outcome:
        poll.register(attempt.socket, select.POLLOUT)
while True:
    now = time.monotonic() - start
    waiting = [a for a in attempts if not a.outcome]
    due = [timeout] + [float(a.options["close"]) for a in waiting if "close" in a.options]
    if not waiting or now >= timeout:
        break
    events = {fd for fd, _ in poll.poll(max(0, (min(due) - now) * 1000))}
    for attempt in waiting:
        if attempt.socket.fileno() in events:
            poll.unregister(attempt.socket)
            attempt.end(attempt.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
        elif time.monotonic() - start >= float(attempt.options.get("close", "inf")):
            poll.unregister(attempt.socket)
            attempt.socket.close()
            attempt.end(errno.ECANCELED)
for attempt in attempts:
    print(attempt.name, attempt.outcome or "timeout 0")
