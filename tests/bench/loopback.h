// Where the servers of the bench listen: any port of 127.0.0.1.

#pragma once

namespace dataaction::bench {

// A listening socket that does not block; its port goes to stdout, on a line.
int listen_on_loopback();

}  // namespace dataaction::bench
