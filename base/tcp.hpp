// Options of TCP sockets.
#pragma once

#include "base/stream.hpp"
#include "base/tls.hpp"

namespace base {

// No delay of small writes, keepalive, and what the endpoint says of written bytes. Best effort.
void tune(Socket& socket, const Endpoint& endpoint);

// After a write Linux takes the conversation for question and answer and delays the acknowledgement of what comes next
// by 40 ms, for which a peer with Nagle's algorithm waits. To be called after each write (tcp(7), TCP_QUICKACK).
void acknowledge_at_once(Socket& socket);

}  // namespace base
