#include "ngx_module/ngx.h"

#include <algorithm>
#include <array>

#include "ngx_module/link_keepalive.h"
#include "ngx_module/link_upstream.h"
#include "ngx_module/main_conf.h"
#include "ngx_module/ngx_support.h"
#include "ngx_module/status_zone.h"

namespace dataaction {
namespace {

constexpr size_t kMaxIdle = 512;
constexpr ngx_msec_t kIdleTimeout = 60000;

struct IdleConnection {
  ngx_queue_t link;
  class IdleConnections* owner;
  ngx_connection_t* connection;
  ngx_sockaddr_t address;
  socklen_t address_size;
};

// The idle connections of one upstream. Part of the configuration; each worker fills its own copy.
class IdleConnections {
 public:
  IdleConnections(ngx_http_upstream_srv_conf_t* upstream)
      : upstream_(upstream), balancer_(upstream->peer.init) {
    ngx_queue_init(&idle_);
    ngx_queue_init(&free_);
    for (IdleConnection& slot : slots_) {
      slot.owner = this;
      ngx_queue_insert_tail(&free_, &slot.link);
    }
  }

  const ngx_http_upstream_srv_conf_t* upstream() const { return upstream_; }
  ngx_http_upstream_init_peer_pt balancer() const { return balancer_; }

  ngx_connection_t* take(const sockaddr* address, socklen_t size);
  // At most so many are idle then: the one that has been for longest is closed.
  void put(ngx_peer_connection_t* pc, size_t most);

 private:
  static void on_idle_event(ngx_event_t* event) noexcept;
  static void ignore_event(ngx_event_t*) noexcept {}
  void remove(IdleConnection& slot);

  ngx_http_upstream_srv_conf_t* upstream_;
  ngx_http_upstream_init_peer_pt balancer_;
  ngx_queue_t idle_;  // last used first
  ngx_queue_t free_;
  size_t count_ = 0;  // of idle_
  std::array<IdleConnection, kMaxIdle> slots_;
};

void close_connection(ngx_connection_t* c) {
  if (c->pool != nullptr) ngx_destroy_pool(c->pool);
  ngx_close_connection(c);
}

void set_log(ngx_connection_t* c, ngx_log_t* log) {
  c->log = log;
  c->read->log = log;
  c->write->log = log;
  if (c->pool != nullptr) c->pool->log = log;
}

ngx_connection_t* IdleConnections::take(const sockaddr* address, socklen_t size) {
  for (ngx_queue_t* q = ngx_queue_head(&idle_); q != ngx_queue_sentinel(&idle_);
       q = ngx_queue_next(q)) {
    IdleConnection& slot = *ngx_queue_data(q, IdleConnection, link);
    if (ngx_memn2cmp(reinterpret_cast<u_char*>(&slot.address),
                     reinterpret_cast<u_char*>(const_cast<sockaddr*>(address)), slot.address_size,
                     size) != 0) {
      continue;
    }
    ngx_connection_t* const c = slot.connection;
    remove(slot);
    c->idle = 0;
    c->sent = 0;
    c->data = nullptr;
    if (c->read->timer_set) ngx_del_timer(c->read);
    return c;
  }
  return nullptr;
}

void IdleConnections::put(ngx_peer_connection_t* pc, size_t most) {
  ngx_connection_t* const c = pc->connection;
  if (ngx_terminate || ngx_exiting || ngx_handle_read_event(c->read, 0) != NGX_OK) return;
  if (count_ >= most) {
    IdleConnection& oldest = *ngx_queue_data(ngx_queue_last(&idle_), IdleConnection, link);
    ngx_connection_t* const old = oldest.connection;
    remove(oldest);
    close_connection(old);
  }
  IdleConnection& slot = *ngx_queue_data(ngx_queue_head(&free_), IdleConnection, link);
  ngx_queue_remove(&slot.link);
  ngx_queue_insert_head(&idle_, &slot.link);
  ++count_;
  slot.connection = c;
  slot.address_size = pc->socklen;
  ngx_memcpy(&slot.address, pc->sockaddr, pc->socklen);

  pc->connection = nullptr;
  c->data = &slot;
  c->idle = 1;
  c->read->delayed = 0;
  c->read->handler = on_idle_event;
  c->write->handler = ignore_event;
  if (c->write->timer_set) ngx_del_timer(c->write);
  ngx_add_timer(c->read, kIdleTimeout);
  set_log(c, ngx_cycle->log);
  if (c->read->ready) on_idle_event(c->read);
}

void IdleConnections::remove(IdleConnection& slot) {
  slot.connection = nullptr;
  ngx_queue_remove(&slot.link);
  ngx_queue_insert_head(&free_, &slot.link);
  --count_;
}

// The sidecar has closed an idle connection, or its time is up, or the worker is leaving
// (c->close).
void IdleConnections::on_idle_event(ngx_event_t* event) noexcept {
  auto* const c = static_cast<ngx_connection_t*>(event->data);
  if (!c->close && !event->timedout) {
    char byte;
    const ssize_t n = recv(c->fd, &byte, 1, MSG_PEEK);
    if (n == -1 && ngx_socket_errno == NGX_EAGAIN) {
      event->ready = 0;
      if (ngx_handle_read_event(event, 0) == NGX_OK) return;
    }
  }
  auto* const slot = static_cast<IdleConnection*>(c->data);
  slot->owner->remove(*slot);
  close_connection(c);
}

// Stands between nginx's upstream and the balancer for one request.
struct Peer {
  IdleConnections* connections;
  ngx_http_request_t* r;
  void* data;
  ngx_event_get_peer_pt get;
  ngx_event_free_peer_pt free;
};

ngx_int_t get_peer(ngx_peer_connection_t* pc, void* data) noexcept {
  auto* const peer = static_cast<Peer*>(data);
  const ngx_int_t rc = peer->get(pc, peer->data);
  if (rc != NGX_OK) return rc;
  ngx_connection_t* const c = peer->connections->take(pc->sockaddr, pc->socklen);
  if (c == nullptr) {
    main_conf(peer->r)->status->link_connected();
    return NGX_OK;
  }
  set_log(c, pc->log);
  pc->connection = c;
  pc->cached = 1;
  main_conf(peer->r)->status->link_reused();
  return NGX_DONE;
}

size_t most_idle(ngx_http_request_t* r) {
  const auto* const core =
      reinterpret_cast<ngx_core_conf_t*>(ngx_get_conf(ngx_cycle->conf_ctx, ngx_core_module));
  const auto workers = static_cast<size_t>(std::max<ngx_int_t>(core->worker_processes, 1));
  static const unsigned usual = Config().max_connections;  // of a sidecar that others configure
  const auto& block = main_conf(r)->block;
  const size_t sidecar = (block ? block->max_connections : usual) / 2 / workers;
  return std::clamp(std::min(sidecar, ngx_cycle->connection_n / 4), size_t{1}, kMaxIdle);
}

bool reusable(const Peer& peer, const ngx_connection_t* c) {
  return c != nullptr && peer.r->upstream->keepalive && peer.r->upstream->request_body_sent &&
         !c->read->eof && !c->read->error && !c->read->timedout && !c->write->error &&
         !c->write->timedout;
}

void free_peer(ngx_peer_connection_t* pc, void* data, ngx_uint_t state) noexcept {
  auto* const peer = static_cast<Peer*>(data);
  if (reusable(*peer, pc->connection)) {
    peer->connections->put(pc, most_idle(peer->r));
    // A sidecar that refuses in good order is well, also where the next one is asked: the balancer
    // must not leave it alone for `fail_timeout`.
    if ((state & NGX_PEER_FAILED) != 0) state = NGX_PEER_NEXT;
  }
  peer->free(pc, peer->data, state);
}

IdleConnections* connections_of(ngx_http_request_t* r,
                                const ngx_http_upstream_srv_conf_t* upstream) {
  for (void* const entry : main_conf(r)->idle_connections) {
    auto* const connections = static_cast<IdleConnections*>(entry);
    if (connections->upstream() == upstream) return connections;
  }
  return nullptr;
}

ngx_int_t init_peer(ngx_http_request_t* r, ngx_http_upstream_srv_conf_t* upstream) noexcept {
  IdleConnections* const connections = connections_of(r, upstream);
  const ngx_int_t rc = connections->balancer()(r, upstream);
  // Another module may pass to the same `upstream`: its connections are none of ours.
  if (rc != NGX_OK || !is_link(r)) return rc;
  ngx_peer_connection_t& pc = r->upstream->peer;
  auto* const peer = make_in_pool<Peer>(r->pool, Peer{connections, r, pc.data, pc.get, pc.free});
  if (peer == nullptr) return NGX_ERROR;
  pc.data = peer;
  pc.get = get_peer;
  pc.free = free_peer;
  return NGX_OK;
}

}  // namespace

bool keep_connections(ngx_conf_t* cf, ngx_http_upstream_srv_conf_t* upstream) {
  auto* const connections = make_in_pool<IdleConnections>(cf->pool, upstream);
  if (connections == nullptr) return false;
  main_conf(cf)->idle_connections.push_back(connections);
  upstream->peer.init = init_peer;
  return true;
}

}  // namespace dataaction
