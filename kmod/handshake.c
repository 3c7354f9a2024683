// SPDX-License-Identifier: GPL-2.0
/*
 * What a segment means for an attempt, and what becomes of the segment.
 *
 *			pending				gave up
 * SYN, same ISN	the client's own repeat:	the RST was lost: dropped,
 *			dropped, the schedule		the timer repeats the RST
 *			replaces it; its bytes are
 *			sent from now on (*)
 * SYN, same ISN,	a flooded or looping copy:	the same
 *  another way		forwarded
 * SYN, another ISN	the ports were reused: the	the same
 *			old attempt is forgotten,
 *			a new one begins
 * SYN, other way	simultaneous open: over		over
 * SYN-ACK, fits	answered: over			the client is gone: dropped,
 *							the server gets a RST
 * RST, fits		refused, or withdrawn by the	over
 *			client: over
 * ACK of the client	established, the answer came	the same: the RST did no
 *			another way: over		harm, SEQ 0 sees to it
 * ICMP error, fits	unreachable: over		nothing
 * ICMP "too big", fits	nothing, the client tries less	nothing
 * anything that does	nothing: whoever forges it knows the ports at most
 *  not fit
 *
 * But for the three "dropped" every segment is forwarded, and with an observing
 * policy those are as well.
 *
 * The same holds of connections that this machine itself opens, but that a SYN-ACK
 * after the RST is not dropped: the machine's own TCP answers it.
 *
 * Of a detached box none is: what it gets are copies, which go no further. There
 * the client's own repeats reach the server as well, and a late answer the client,
 * who resets it.
 *
 * (*) It is forwarded, though, where the schedule does not replace it: when the
 * last SYN of the schedule is long out and the deadline still far; when one that
 * was due was held back; when conntrack has lost the connection and is to learn
 * it anew; and when the client has just reset what a server remembered of an
 * older connection (RFC 9293, 3.5.1) and repeats its SYN at once because that
 * will now be heard, as it does after a smaller one was asked for.
 *
 * With SCTP an INIT is a SYN, its tag the ISN, an INIT ACK a SYN-ACK and an ABORT a
 * RST (see sctp.c), found by the tag from and to whatever address.  Other is this:
 *
 * INIT, same tag, to	the client tries another address of the server, or a
 *  another address	stranger has the same tag by chance: forwarded
 * INIT ACK after the	dropped, and no more: a server that has sent one keeps nothing
 *  ABORT		before the client's COOKIE ECHO (RFC 9260, 5.1.3), and an
 *			ABORT for what it does not know it would ignore (8.4)
 * COOKIE ECHO of the	established, the answer came another way: over.  An ABORT,
 *  client		other than a RST with SEQ 0, would end the association
 *
 * "Over" is decided under the flow's lock, so that of an answer and an expiry
 * that race one comes first and the other finds the flow dead.
 */
#include <linux/netfilter.h>
#include <net/tcp.h>

#include "attempt.h"
#include "checksum.h"
#include "compat.h"
#include "config.h"
#include "dest.h"
#include "event.h"
#include "handshake.h"
#include "main.h"
#include "oneway.h"
#include "perturb.h"
#include "segment.h"
#include "tag.h"
#include "timer.h"
#include "trace.h"

/* How far behind the SYN a client's first data may be: an initial window. */
#define CLIENT_WINDOW 65535

static u64 elapsed_ns(const struct flow *flow)
{
	return ktime_to_ns(ktime_sub(ktime_get(), flow->start));
}

/*
 * RFC 9293, 3.10.7.3: acceptable in SYN-SENT is what acknowledges the SYN and,
 * perhaps, data sent with it (Fast Open). What comes by the bridge port where
 * the SYN came in is no server's: a client makes up his own answers. Unless the
 * SYN went out there as well (hairpin mode).
 */
static bool answer_fits(const struct flow *flow, const struct segment *seg)
{
	const struct packet *pkt = &seg->pkt;

	if (flow->path.bridge && flow->path.iif == seg->path.iif &&
	    flow->path.iif != flow->path.oif)
		return false;
	return pkt->ack && pkt->ack_seq - flow->isn - 1 <= flow->payload;
}

/*
 * The client's third segment of the handshake, or its first data. A COOKIE ECHO has
 * nothing by which to tell whether it is the client's own.
 */
static bool client_is_established(const struct flow *flow,
				  const struct packet *pkt)
{
	return pkt->proto == IPPROTO_SCTP ||
	       pkt->seq - flow->isn - 1 <= flow->payload + CLIENT_WINDOW;
}

/*
 * Did the SYN pass where the first did? If not it is no repeat but a copy: a
 * bridge floods, a route leads by here twice. On a router its way out may have
 * changed. And a connection of its own may be one that it forwards as well, where
 * it leads through a container: its first SYN decides where it is paced.
 */
static bool same_path(const struct flow *flow, const struct segment *seg)
{
	return flow->path.hook == seg->path.hook &&
	       flow->path.iif == seg->path.iif &&
	       flow->path.hops == seg->path.hops &&
	       (!flow->path.bridge || flow->path.oif == seg->path.oif);
}

/* Does the client's own repeat go on, although we keep the beat? */
static bool passes(const struct flow *flow, const struct segment *seg)
{
	/* It did, but not from here. */
	if (seg->copy)
		return false;
	return flow->pass_next || flow->lacking || emit_is_first(seg->skb) ||
	       (flow->state == FLOW_PENDING &&
		!pace_replaces(&flow->pace, elapsed_ns(flow)));
}

/* An end that is not worth a word: that of a flow that was given up before. */
#define QUIET -1

/* The counters of the ends that are. */
static const unsigned int end_counter[] = {
	[SYNCOPATE_EVENT_KIND_ANSWERED] = SYNCOPATE_A_STATS_ANSWERED,
	[SYNCOPATE_EVENT_KIND_REFUSED] = SYNCOPATE_A_STATS_REFUSED,
	[SYNCOPATE_EVENT_KIND_UNREACHABLE] = SYNCOPATE_A_STATS_UNREACHABLE,
	[SYNCOPATE_EVENT_KIND_SIMULTANEOUS] = SYNCOPATE_A_STATS_SIMULTANEOUS,
	[SYNCOPATE_EVENT_KIND_ELSEWHERE] = SYNCOPATE_A_STATS_ELSEWHERE,
	[SYNCOPATE_EVENT_KIND_ABANDONED] = SYNCOPATE_A_STATS_ABANDONED,
	[SYNCOPATE_EVENT_KIND_RESTARTED] = SYNCOPATE_A_STATS_RESTARTED,
	[SYNCOPATE_EVENT_KIND_LATE] = SYNCOPATE_A_STATS_LATE,
};

/*
 * The flow is over: counted and told as @kind, SYNCOPATE_EVENT_KIND_* or QUIET.
 * Drops the lock. Return: a verdict.
 */
static unsigned int over(struct syncopate_net *sn, struct flow *flow, int kind)
	__releases(&flow->lock)
{
	flow->state = FLOW_DEAD;
	if (kind != QUIET)
		event_flow(flow, kind);
	spin_unlock(&flow->lock);
	perturb();
	if (kind != QUIET)
		stats_inc(sn, end_counter[kind]);
	flow_remove(flow);
	return NF_ACCEPT;
}

/* The same for an answer to a pending flow. */
static unsigned int answered(struct syncopate_net *sn, struct flow *flow,
			     int kind)
	__releases(&flow->lock)
{
	if (trace_syncopate_answered_enabled())
		trace_syncopate_answered(flow, elapsed_ns(flow));
	policy_count(flow->use, POLICY_ANSWERED);
	return over(sn, flow, kind);
}

/*
 * The round-trip time that an echoed timestamp tells, or 0. It is that of the SYN
 * that the server knows the attempt by, whichever it answers now: it tells
 * something only of one that was sent once, and last.
 */
static u64 echoed_rtt(const struct flow *flow, const struct packet *pkt,
		      ktime_t now)
{
	const struct stamp *last = &flow->stamp[flow->fresh];

	if (!last->sent)
		last = &flow->stamp[0];
	if (!flow->has_stamps || !pkt->has_stamps || last->sent != 1 ||
	    last->value != pkt->echo)
		return 0;
	return ktime_to_ns(ktime_sub(now, last->at));
}

/* Nothing happens. Drops the lock. Return: a verdict. */
static unsigned int nothing(struct syncopate_net *sn, struct flow *flow,
			    unsigned int counter)
	__releases(&flow->lock)
{
	spin_unlock(&flow->lock);
	if (counter)
		stats_inc(sn, counter);
	return NF_ACCEPT;
}

/* The client's own repeat. Under the lock, drops it. Return: a verdict. */
static unsigned int repeat(struct syncopate_net *sn, struct flow *flow,
			   struct segment *seg)
	__releases(&flow->lock)
{
	bool pending = flow->state == FLOW_PENDING;
	bool pass, kept;

	if (!same_path(flow, seg))
		return nothing(sn, flow, SYNCOPATE_A_STATS_OTHER_PATH);
	/*
	 * It would be sent instead of a good one, and nobody would hear it. That of
	 * a first SYN is not looked at. If it is wrong, there is no answer, and that
	 * is held against the destination; but so it is of one from whom the server
	 * does not answer, its own address say. Who sends the one can send the other,
	 * and each first SYN would pay for nothing.
	 */
	if (!checksum_holds(seg->skb, seg->path.bridge ? seg->path.inner :
				      skb_network_offset(seg->skb)))
		return nothing(sn, flow, SYNCOPATE_A_STATS_UNFIT);
	pass = passes(flow, seg);
	if (pass || flow->observe || seg->copy)
		flow->unclear = true;
	if (flow->observe)
		return nothing(sn, flow, pending && !pass && !seg->copy ?
			       SYNCOPATE_A_STATS_WOULD_DROP : 0);
	if (!pending && pass)
		return nothing(sn, flow, 0);

	kept = attempt_keep(flow, seg);
	if (!pending && !kept)
		return nothing(sn, flow, SYNCOPATE_A_STATS_NO_MEMORY);
	if (!kept)
		stats_inc(sn, SYNCOPATE_A_STATS_NO_MEMORY);

	/*
	 * A repeat may carry a newer timestamp, without which the server would
	 * take ours for an old duplicate (PAWS), and less than before (ECN,
	 * Fast Open): a richer SYN must not follow a poorer one.
	 */
	if (kept) {
		if (flow->stamp[flow->fresh].value != seg->pkt.stamp) {
			/* What was sent last is looked for in an answer. */
			if (flow->fresh && flow->stamp[1].sent)
				flow->stamp[0] = flow->stamp[1];
			flow->fresh = 1;
			flow->stamp[1].value = seg->pkt.stamp;
			flow->stamp[1].sent = 0;
		}
		flow->payload = max(flow->payload, seg->pkt.payload);
		flow->path = seg->path;
	}
	flow->pass_next = false;
	if (!pending)
		timer_hurry(flow);
	spin_unlock(&flow->lock);
	perturb();

	if (pass || seg->copy)
		return NF_ACCEPT;
	if (pending)
		stats_inc(sn, SYNCOPATE_A_STATS_REPEAT_DROPPED);
	return attempt_absorb(seg);
}

static int on_syn(struct syncopate_net *sn, struct flow *flow,
		  struct segment *seg)
	__releases(&flow->lock)
{
	bool pending = flow->state == FLOW_PENDING;

	/* Found by its tag. */
	if (seg->pkt.proto == IPPROTO_SCTP &&
	    memcmp(seg->key.addr, flow->key.addr, sizeof(flow->key.addr)))
		return nothing(sn, flow, SYNCOPATE_A_STATS_OTHER_PATH);
	/* That has no number to compare: it does not count as a sign of life. */
	if (seg->from != flow->client)
		return over(sn, flow, SYNCOPATE_EVENT_KIND_SIMULTANEOUS);
	/* It would be repeated, and its RST not be believed: see attempt_begin(). */
	if (seg->pkt.seq == flow->isn && seg->pkt.is_signed)
		return nothing(sn, flow, SYNCOPATE_A_STATS_SIGNED);
	if (seg->pkt.seq == flow->isn)
		return repeat(sn, flow, seg);

	over(sn, flow, pending ? SYNCOPATE_EVENT_KIND_RESTARTED : QUIET);
	return attempt_begin(sn, seg);
}

static unsigned int on_synack(struct syncopate_net *sn, struct flow *flow,
			      struct segment *seg)
	__releases(&flow->lock)
{
	enum emit_result result;
	bool repaired;
	ktime_t now;

	/* The client's answer to a SYN of the server's has its own number. */
	if (seg->from == flow->client && seg->pkt.seq == flow->isn)
		return over(sn, flow, SYNCOPATE_EVENT_KIND_SIMULTANEOUS);
	if (seg->from == flow->client || !answer_fits(flow, seg))
		return nothing(sn, flow, SYNCOPATE_A_STATS_UNFIT);

	if (flow->state == FLOW_PENDING) {
		repaired = flow->retransmitted && !flow->observe;
		/* Reading the clock is not for free: once. */
		now = ktime_get();
		dest_answered(flow, now, echoed_rtt(flow, &seg->pkt, now));
		answered(sn, flow, SYNCOPATE_EVENT_KIND_ANSWERED);
		if (repaired)
			stats_inc(sn, SYNCOPATE_A_STATS_REPAIRED);
		return NF_ACCEPT;
	}

	dest_late(flow);
	/*
	 * A socket of this machine is gone, and TCP resets the server for it. Or
	 * the RST did not get to it: then it has its connection. Of a copy the
	 * client has the SYN-ACK, and resets what it does not know of.
	 */
	if (flow->observe || seg->copy || seg->path.hook == NF_INET_LOCAL_IN)
		return over(sn, flow, SYNCOPATE_EVENT_KIND_LATE);

	/* The flow stays: the server may have another one under way. */
	event_flow(flow, SYNCOPATE_EVENT_KIND_LATE);
	spin_unlock(&flow->lock);
	if (seg->pkt.proto == IPPROTO_SCTP) {
		stats_inc(sn, SYNCOPATE_A_STATS_LATE);
		return NF_DROP;
	}
	perturb();
	result = emit_reset(sn->net, seg->skb, &seg->path);
	if (result != EMIT_SENT) {
		/* The client does what could not be done here. */
		stats_inc(sn, SYNCOPATE_A_STATS_NOT_SENT);
		return NF_ACCEPT;
	}
	stats_inc(sn, SYNCOPATE_A_STATS_LATE);
	return NF_DROP;
}

static unsigned int on_rst(struct syncopate_net *sn, struct flow *flow,
			   struct segment *seg)
	__releases(&flow->lock)
{
	bool pending = flow->state == FLOW_PENDING;

	/*
	 * The client withdraws its SYN. Or it resets an older connection that
	 * the server has challenged it about, and sends the SYN again at once.
	 */
	if (seg->from == flow->client) {
		if (seg->pkt.seq - flow->isn > flow->payload + 1) {
			flow->pass_next = pending;
			return nothing(sn, flow, SYNCOPATE_A_STATS_UNFIT);
		}
		return over(sn, flow, pending ?
			    SYNCOPATE_EVENT_KIND_ABANDONED : QUIET);
	}

	if (!answer_fits(flow, seg))
		return nothing(sn, flow, SYNCOPATE_A_STATS_UNFIT);
	dest_heard(flow);
	if (!pending)
		return over(sn, flow, QUIET);
	return answered(sn, flow, SYNCOPATE_EVENT_KIND_REFUSED);
}

static unsigned int on_ack(struct syncopate_net *sn, struct flow *flow,
			   struct segment *seg)
	__releases(&flow->lock)
{
	/* What a server acknowledges without a SYN (a challenge) is no answer. */
	if (seg->from != flow->client ||
	    !client_is_established(flow, &seg->pkt))
		return nothing(sn, flow, 0);
	/* Anyone can make a COOKIE ECHO up. */
	if (seg->pkt.proto != IPPROTO_SCTP)
		dest_elsewhere(flow);
	return over(sn, flow, SYNCOPATE_EVENT_KIND_ELSEWHERE);
}

static unsigned int on_icmp_error(struct syncopate_net *sn, struct flow *flow,
				  struct segment *seg)
	__releases(&flow->lock)
{
	if (flow->state != FLOW_PENDING)
		return nothing(sn, flow, 0);
	if (seg->from != flow->client || seg->pkt.seq != flow->isn)
		return nothing(sn, flow, SYNCOPATE_A_STATS_UNFIT);
	return answered(sn, flow, SYNCOPATE_EVENT_KIND_UNREACHABLE);
}

/* The client is about to repeat its SYN with less data (Fast Open). */
static unsigned int on_too_big(struct syncopate_net *sn, struct flow *flow,
			       struct segment *seg)
	__releases(&flow->lock)
{
	if (seg->from != flow->client || seg->pkt.seq != flow->isn)
		return nothing(sn, flow, SYNCOPATE_A_STATS_UNFIT);
	if (flow->state == FLOW_PENDING)
		flow->pass_next = true;
	return nothing(sn, flow, 0);
}

/* Who is called by this machine is no client of it. */
static int no_flow(struct syncopate_net *sn, struct segment *seg)
{
	if (seg->pkt.kind == PACKET_SYN)
		return seg->path.hook == NF_INET_LOCAL_IN ? NF_ACCEPT :
							    attempt_begin(sn, seg);
	/* What this machine is answered came the way that its SYN went. */
	if (seg->pkt.kind == PACKET_SYNACK && seg->path.hook == NF_INET_FORWARD)
		oneway_synack(sn, seg);
	return NF_ACCEPT;
}

/*
 * A connection from this machine to itself passes its hooks in both directions.
 * Of its client a segment counts where it is sent, of its server where it arrives.
 * RSTs of our own are sent as well, for any connection, and count nowhere.
 */
static bool counts(const struct flow *flow, const struct segment *seg)
{
	if (seg->path.hook == NF_INET_FORWARD)
		return true;
	if (flow_on(flow) != SYNCOPATE_ON_HOST)
		return false;
	if (seg->path.hook == NF_INET_LOCAL_OUT)
		return seg->from == flow->client;
	return seg->pkt.kind == PACKET_ICMP_ERROR || seg->from != flow->client;
}

/*
 * The attempt of a segment, to be asked about by is_of(): of an answer of SCTP
 * by its tag, or who only pretends to answer by his addresses; of an INIT the
 * other way round.
 */
static struct flow *find(struct syncopate_net *sn, const struct segment *seg,
			 bool *by_tag)
{
	const struct packet *pkt = &seg->pkt;
	struct flow *flow = NULL;

	*by_tag = false;
	if (pkt->proto == IPPROTO_SCTP && pkt->ack &&
	    (pkt->kind == PACKET_SYNACK || pkt->kind == PACKET_RST))
		flow = tag_find(sn, &seg->key, !seg->from, pkt->ack_seq - 1);
	if (flow) {
		*by_tag = true;
		return flow;
	}
	flow = flow_find(sn, &seg->key);
	if (!flow && pkt->proto == IPPROTO_SCTP && pkt->kind == PACKET_SYN) {
		flow = tag_find(sn, &seg->key, seg->from, pkt->seq);
		*by_tag = true;
	}
	return flow;
}

/* Is that still it? Under its lock. */
static bool is_of(const struct flow *flow, const struct syncopate_net *sn,
		  struct segment *seg, bool by_tag)
{
	if (!by_tag)
		return flow_is(flow, sn, &seg->key);
	if (seg->pkt.kind == PACKET_SYN)
		return tag_is(flow, sn, &seg->key, seg->from, seg->pkt.seq);
	if (!tag_is(flow, sn, &seg->key, !seg->from, seg->pkt.ack_seq - 1))
		return false;
	/* The ends of its key may be the other way round. */
	seg->from = !flow->client;
	return true;
}

/* Return: a verdict, or -EEXIST as attempt_begin() does. */
static int event(struct syncopate_net *sn, struct segment *seg)
{
	struct flow *flow;
	bool by_tag;

	flow = find(sn, seg, &by_tag);
	if (!flow)
		return no_flow(sn, seg);
	perturb();
	spin_lock(&flow->lock);
	if (!is_of(flow, sn, seg, by_tag)) {
		spin_unlock(&flow->lock);
		return no_flow(sn, seg);
	}
	if (!counts(flow, seg))
		return nothing(sn, flow, 0);

	switch (seg->pkt.kind) {
	case PACKET_SYN:
		return on_syn(sn, flow, seg);
	case PACKET_SYNACK:
		return on_synack(sn, flow, seg);
	case PACKET_RST:
		return on_rst(sn, flow, seg);
	case PACKET_ACK:
		return on_ack(sn, flow, seg);
	case PACKET_ICMP_TOO_BIG:
		return on_too_big(sn, flow, seg);
	default:
		return on_icmp_error(sn, flow, seg);
	}
}

/* Is it one of the copies that a detached box gets? */
static bool is_copy(const struct syncopate_net *sn, const struct segment *seg)
{
	const struct config *config = rcu_dereference(sn->config);

	return config->policies && seg->path.hook == NF_INET_FORWARD &&
	       policy_takes_copies(config->policies, seg->in);
}

/**
 * handshake_event - a handshake segment passes
 * @sn: namespace
 * @seg: the segment
 *
 * Under RCU, from a hook.
 *
 * Two SYNs of one attempt (a simultaneous open, a copy) may both find no flow
 * on two CPUs. The second to be inserted learns of the first and is looked at
 * again. Once more is enough, unless that flow is over by then and a third SYN
 * comes: then the packet passes unpaced.
 *
 * Return: %NF_ACCEPT, %NF_DROP or %NF_STOLEN.
 */
unsigned int handshake_event(struct syncopate_net *sn, struct segment *seg)
{
	int verdict;

	seg->copy = is_copy(sn, seg);
	/* Once for all locks that are taken, and all that is counted, on the way. */
	local_bh_disable();
	verdict = event(sn, seg);
	if (verdict == -EEXIST)
		verdict = event(sn, seg);
	if (verdict == -EEXIST) {
		stats_inc(sn, SYNCOPATE_A_STATS_NOT_INSERTED);
		verdict = NF_ACCEPT;
	}
	/* Whatever was to become of it: the segment itself is on its way. */
	if (seg->copy && verdict == NF_ACCEPT) {
		stats_inc(sn, SYNCOPATE_A_STATS_COPIES);
		verdict = NF_DROP;
	}
	local_bh_enable();
	return verdict;
}
