// The sources that run in the worker: `synthetic` and `file`.

#pragma once

#include "ngx_module/ngx.h"

#include <expected>
#include <memory>

#include "core/webhook/error_reply.h"
#include "core/webhook/webhook_input.h"
#include "ngx_module/producer.h"

namespace dataaction {

// Opens the location's source where `input.cursor` says, or at its beginning. A cursor that is
// damaged, stale or another source's is a 422.
std::expected<std::unique_ptr<Producer>, ErrorReply> open_worker_source(ngx_http_request_t* r,
                                                                        const WebhookInput& input);

// The refusal of a cursor.
ErrorReply bad_cursor();

}  // namespace dataaction
