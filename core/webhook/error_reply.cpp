#include "core/webhook/error_reply.h"

#include <algorithm>
#include <array>

#include "core/json/json_writer.h"

namespace dataaction {
namespace {

struct StatusText {
  uint16_t status;
  std::string_view code;
  std::string_view message;
};

constexpr std::array kStatusTexts = {
    StatusText{400, "dataaction.request.malformed", "the request is malformed"},
    StatusText{401, "dataaction.auth.unauthorized", "authentication is required"},
    StatusText{403, "dataaction.auth.forbidden", "access is forbidden"},
    StatusText{404, "dataaction.request.not_found", "there is nothing at this address"},
    StatusText{405, "dataaction.request.method", "the method is not allowed here"},
    StatusText{408, "dataaction.request.timeout", "the request did not arrive in time"},
    StatusText{411, "dataaction.request.length", "the request has no length"},
    StatusText{413, "dataaction.request.too_large", "the request body is too large"},
    StatusText{414, "dataaction.request.uri_too_large", "the request URI is too large"},
    StatusText{415, "dataaction.request.content_type", "the content type is not supported"},
    StatusText{422, "dataaction.request.invalid", "the request is not what was agreed"},
    StatusText{429, "dataaction.request.rate", "too many requests"},
    StatusText{500, "dataaction.internal", "an internal error"},
    StatusText{502, "dataaction.link.unavailable",
               "the service behind this address is unavailable"},
    StatusText{503, "dataaction.overloaded", "the service is overloaded"},
    StatusText{504, "dataaction.deadline", "the answer was not ready in time"},
};

}  // namespace

std::string list_of(const std::vector<ErrorDetail>& details) {
  std::string out;
  for (const ErrorDetail& detail : details) {
    if (!out.empty()) out += ", ";
    // The whole value has no name.
    out += detail.field.empty() ? detail.code : detail.field + " (" + detail.code + ')';
  }
  return out;
}

std::string error_body(const ErrorReply& reply, std::string_view context_id) {
  std::string out;
  out.reserve(256 + reply.message.size());
  out += R"({"message":)";
  append_json_string(out, reply.message);
  out += R"(,"code":)";
  append_json_string(out, reply.code);
  out += R"(,"status":)";
  append_json_integer(out, uint64_t{reply.status});
  out += R"(,"messageParams":{},"contextId":)";
  append_json_string(out, context_id);
  out += R"(,"details":[)";
  for (const ErrorDetail& detail : reply.details) {
    if (&detail != &reply.details.front()) out += ',';
    out += R"({"errorCode":)";
    append_json_string(out, detail.code);
    out += R"(,"fieldName":)";
    append_json_string(out, detail.field);
    out += '}';
  }
  out += R"(],"errors":[]})";
  return out;
}

ErrorReply reply_for_status(unsigned status) {
  const auto* found = std::ranges::find(kStatusTexts, status, &StatusText::status);
  ErrorReply reply;
  reply.status = static_cast<uint16_t>(status);
  if (found != kStatusTexts.end()) {
    reply.code = found->code;
    reply.message = found->message;
  } else {
    reply.code = status < 500 ? "dataaction.request.refused" : "dataaction.internal";
    reply.message = status < 500 ? "the request was refused" : "an internal error";
  }
  return reply;
}

ErrorReply reply_for_others(unsigned status) {
  ErrorReply reply = reply_for_status(status);
  if (status >= 500) {
    reply.code = "dataaction.server.error";
    reply.message = "the server could not answer the request";
  }
  return reply;
}

ErrorReply method_not_allowed(std::string_view allow) {
  ErrorReply reply = reply_for_status(405);
  reply.allow = allow;
  return reply;
}

ErrorReply overloaded() {
  ErrorReply reply = reply_for_status(503);
  reply.retry_after = 1;
  return reply;
}

ErrorReply shutting_down() {
  return {503, 1, "dataaction.link.shutdown", "the service is restarting"};
}

}  // namespace dataaction
