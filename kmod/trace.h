/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM syncopate

#if !defined(SYNCOPATE_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define SYNCOPATE_TRACE_H

#include <linux/tracepoint.h>

#include "flow.h"

DECLARE_EVENT_CLASS(syncopate_flow,
	TP_PROTO(const struct flow *flow, u64 elapsed),
	TP_ARGS(flow, elapsed),
	TP_STRUCT__entry(
		__array(u8, client, 16)
		__array(u8, server, 16)
		__field(u16, client_port)
		__field(u16, server_port)
		__field(u8, proto)
		__field(u32, bridge)
		__field(u32, isn)
		__field(u32, retransmitted)
		__field(bool, observe)
		__field(u32, on)
		__field(u64, elapsed)
	),
	TP_fast_assign(
		unsigned int client = flow->client;

		memcpy(__entry->client, &flow->key.addr[client], 16);
		memcpy(__entry->server, &flow->key.addr[!client], 16);
		__entry->client_port = ntohs(flow->key.port[client]);
		__entry->server_port = ntohs(flow->key.port[!client]);
		__entry->proto = flow->key.proto;
		__entry->bridge = flow_domain_bridge(flow->key.domain);
		__entry->isn = flow->isn;
		__entry->retransmitted = flow->retransmitted;
		__entry->observe = flow->observe;
		__entry->on = flow_on(flow);
		__entry->elapsed = elapsed;
	),
	TP_printk("client=[%pI6c]:%u server=[%pI6c]:%u proto=%u bridge=%u isn=%u retransmitted=%u observe=%u on=%s elapsed_ns=%llu",
		  __entry->client, __entry->client_port,
		  __entry->server, __entry->server_port,
		  __entry->proto, __entry->bridge, __entry->isn,
		  __entry->retransmitted, __entry->observe,
		  __entry->on == SYNCOPATE_ON_HOST ? "host" : "forward",
		  __entry->elapsed)
);

/* A first SYN was taken into care. */
DEFINE_EVENT(syncopate_flow, syncopate_created,
	TP_PROTO(const struct flow *flow, u64 elapsed),
	TP_ARGS(flow, elapsed)
);

/* The SYN was repeated. */
DEFINE_EVENT(syncopate_flow, syncopate_retransmitted,
	TP_PROTO(const struct flow *flow, u64 elapsed),
	TP_ARGS(flow, elapsed)
);

/* The server or the network answered in time, in whatever way. */
DEFINE_EVENT(syncopate_flow, syncopate_answered,
	TP_PROTO(const struct flow *flow, u64 elapsed),
	TP_ARGS(flow, elapsed)
);

/* The deadline came. */
DEFINE_EVENT(syncopate_flow, syncopate_gave_up,
	TP_PROTO(const struct flow *flow, u64 elapsed),
	TP_ARGS(flow, elapsed)
);

#endif /* SYNCOPATE_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
