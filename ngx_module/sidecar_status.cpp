#include "ngx_module/ngx.h"

#include <algorithm>

#include "ngx_module/delivery_conf.h"
#include "ngx_module/link_upstream.h"
#include "ngx_module/main_conf.h"
#include "ngx_module/ngx_support.h"
#include "ngx_module/sidecar_status.h"
#include "ngx_module/whole_answer.h"

namespace dataaction {
namespace {

// The page has to come, with the workers' own counters, when the sidecar hangs.
constexpr ngx_msec_t kMaxWait = 2000;
constexpr size_t kMaxText = 16 << 20;

class SidecarStatus final : public WholeAnswer {
 public:
  SidecarStatus(ngx_http_request_t* r, SendStatus send)
      : WholeAnswer(r, delivery_conf(r)->upstream, kMaxText), send_(send) {
    if (conf().upstream == nullptr) conf().upstream = main_conf(r)->default_upstream;
    for (ngx_msec_t* const timeout :
         {&conf().connect_timeout, &conf().send_timeout, &conf().read_timeout}) {
      *timeout = std::min(*timeout, kMaxWait);
    }
    conf().next_upstream_timeout = kMaxWait;
  }

  void start(std::string_view form) {
    frame::Request request;
    request.kind = frame::Kind::kStatus;
    request.name = form;
    ask(request);
  }

 private:
  void on_answer() override {
    ngx_http_finalize_request(request(), send_(request(), true, text()));
  }

  bool asks_next(const frame::Error&) const override { return true; }
  void on_error(ErrorReply) override {}

  void on_failure(ngx_int_t, bool whole) override {
    ngx_http_request_t* const r = request();
    const bool up = whole && error() == nullptr;
    send_instead(r, [&] { return send_(r, up, up ? text() : std::string_view()); });
  }

  SendStatus send_;
};

}  // namespace

ngx_int_t ask_sidecar(ngx_http_request_t* r, std::string_view form, SendStatus send) {
  auto* const status = make_in_pool<SidecarStatus>(r->pool, r, send);
  if (status == nullptr) return NGX_HTTP_INTERNAL_SERVER_ERROR;
  ++r->main->count;
  status->start(form);
  return NGX_DONE;
}

}  // namespace dataaction
