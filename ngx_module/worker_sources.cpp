#include "ngx_module/ngx.h"

#include "core/stream/cursor.h"
#include "ngx_module/delivery_conf.h"
#include "ngx_module/file_producer.h"
#include "ngx_module/synthetic_producer.h"
#include "ngx_module/worker_sources.h"

namespace dataaction {

ErrorReply bad_cursor() {
  return {422,
          0,
          "dataaction.request.cursor",
          "cursor is damaged, too old, or of another source",
          {{"dataaction.request.cursor", "cursor"}}};
}

std::expected<std::unique_ptr<Producer>, ErrorReply> open_worker_source(ngx_http_request_t* r,
                                                                        const WebhookInput& input) {
  const DeliveryConf& conf = *delivery_conf(r);
  const uint64_t identity = source_identity(conf.source->name);
  if (const auto* synthetic = std::get_if<SyntheticSource>(&conf.source->kind)) {
    return SyntheticProducer::open(r->pool, conf.buffer_size, *synthetic, identity, input.cursor);
  }
  return FileProducer::open(r, conf, std::get<FileSource>(conf.source->kind), identity,
                            input.cursor);
}

}  // namespace dataaction
