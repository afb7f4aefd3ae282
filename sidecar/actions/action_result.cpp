#include "sidecar/actions/action_result.h"

#include <algorithm>

#include "core/json/json_tree.h"

namespace dataaction {
namespace {

constexpr int kTooManyRequests = 429;

ErrorReply error(uint16_t status, std::string code, std::string message) {
  return {status, 0, std::move(code), std::move(message)};
}

uint16_t seconds(std::chrono::milliseconds wait) {
  const auto whole = std::chrono::ceil<std::chrono::seconds>(wait).count();
  return static_cast<uint16_t>(std::clamp<int64_t>(whole, 0, UINT16_MAX));
}

// An answer without a rule of its own. A redirect is nothing that a caller could follow.
ErrorReply reply_for_answer(const PlatformFailure& failure) {
  if (failure.status < 400 || failure.status > 599) {
    return error(502, "dataaction.upstream.status",
                 "the API answered with a status that is no answer");
  }
  ErrorReply reply = error(static_cast<uint16_t>(failure.status), "dataaction.upstream.status",
                           "the API answered " + std::to_string(failure.status));
  if (failure.status == kTooManyRequests || failure.status == 503) {
    reply.retry_after = std::max<uint16_t>(seconds(failure.retry_after), 1);
  }
  return reply;
}

ErrorReply reply_without_answer(const PlatformFailure& failure) {
  switch (failure.fault) {
    case PlatformFault::kTimeout:
      return error(504, "dataaction.upstream.timeout", "the API did not answer in time");
    case PlatformFault::kBreakerOpen: {
      ErrorReply reply =
          error(503, "dataaction.upstream.unavailable", "the API is in trouble and is left alone");
      reply.retry_after = std::max<uint16_t>(seconds(failure.retry_after), 1);
      return reply;
    }
    case PlatformFault::kMalformed:
      return error(502, "dataaction.upstream.invalid", "the API's answer cannot be used");
    case PlatformFault::kCredentials:
      return error(502, "dataaction.upstream.credentials",
                   "the API does not accept the credentials");
    default:
      // By any attempt: what the last one says of itself is not enough.
      if (failure.may_be_done) {
        return error(502, "dataaction.upstream.broken_off",
                     "the API gave no answer of use, and may have carried out the call");
      }
      return error(502, "dataaction.upstream.unreachable", "the API could not be reached");
  }
}

const StatusRule* find_rule(const ActionConfig& action, int status) {
  const auto found = std::ranges::find_if(action.statuses, [status](const StatusRule& rule) {
    return rule.least <= status && status <= rule.most;
  });
  return found == action.statuses.end() ? nullptr : &*found;
}

// Makes the answer of what came.
class ResultMaker {
 public:
  ResultMaker(const ActionConfig& action, const JsonSchema& output)
      : action_(action), output_(output) {}

  ActionResult make(const PlatformReply& reply) {
    if (reply) return on_success(*reply);
    const PlatformFailure& failure = reply.error();
    ActionResult result = on_failure(failure);
    result.succeeded = false;
    result.done = failure.may_be_done;
    return result;
  }

  ActionResult make(SourceFailure failure) {
    // Else nobody is there to be told, or it is not the call that failed.
    const bool is_of_call = failure.reason == EndReason::kUpstream;
    ActionResult result = is_of_call ? fail(std::move(failure.reply), std::move(failure.detail))
                                     : failed(std::move(failure));
    result.done = false;
    return result;
  }

  ActionResult replay(std::string object) {
    auto checked = check(std::move(object));
    if (!checked) return fail(std::move(checked.error().reply), std::move(checked.error().detail));
    ActionResult result;
    result.object = std::move(*checked);
    return result;
  }

 private:
  ActionResult on_success(const HttpReply& reply) {
    take(reply);
    if (!read_document(reply)) {
      return fail(error(502, "dataaction.upstream.invalid", "the API's answer cannot be used"),
                  "the API's answer is not JSON: " + why_);
    }
    return answer();
  }

  ActionResult on_failure(const PlatformFailure& failure) {
    if (failure.cancelled) {
      ActionResult result;
      const ErrorCode code = failure.cancelled->code();
      const bool unknown = failure.may_be_done && !action_.may_be_repeated() &&
                           (code == ErrorCode::kShutdown || code == ErrorCode::kCancelled);
      result.failure =
          unknown ? interrupted(failure.cancelled->message()) : failure_of(*failure.cancelled);
      result.broken_off = true;
      return result;
    }
    const bool answered = failure.reply != nullptr;
    if (answered) {
      take(*failure.reply);
      read_document(*failure.reply);  // where it is JSON, the outputs may use it
    }
    const StatusRule* const rule = answered ? find_rule(action_, failure.status) : nullptr;
    if (rule != nullptr && rule->answer == 200) return answer();
    ErrorReply reply = answered ? reply_for_answer(failure) : reply_without_answer(failure);
    if (rule != nullptr) {
      reply.status = static_cast<uint16_t>(rule->answer);
      if (!rule->message.empty()) reply.message = rule->message;
    }
    return fail(std::move(reply), failure.message);
  }

  void take(const HttpReply& reply) {
    facts_.upstream_status = reply.head.status;
    facts_.upstream_header = [&reply](std::string_view name) -> std::optional<std::string_view> {
      for (const auto& [header, value] : reply.head.headers) {
        if (names_header(name, header)) return value;
      }
      return std::nullopt;
    };
  }

  // False if there is something and it is not JSON.
  bool read_document(const HttpReply& reply) {
    if (reply.body.empty()) return true;
    auto parsed = JsonTree::parse(reply.body);
    if (!parsed) {
      why_ = parsed.error().what + " at byte " + std::to_string(parsed.error().offset);
      return false;
    }
    document_.emplace(std::move(*parsed));
    facts_.document = &*document_;
    return true;
  }

  ActionResult answer() {
    auto object = make_object();
    if (object) {
      ActionResult result;
      result.object = std::move(*object);
      return result;
    }
    // With `on_error 200` the defaults are left, which nothing that the API says can spoil.
    const bool again =
        action_.on_error_ok && (facts_.document != nullptr || facts_.upstream_header != nullptr);
    facts_.document = nullptr;
    facts_.upstream_header = nullptr;
    if (again && !facts_.error_code.empty()) return answer();
    if (again) return fail(std::move(object.error().reply), std::move(object.error().detail));
    return failed(std::move(object.error()));
  }

  // The object, if it can be made and fits the contract.
  std::expected<std::string, SourceFailure> make_object() const {
    auto object = action_.outputs.write(facts_);
    if (object && object->size() > action_.max_object) {
      object = std::unexpected("what was made of the API's answer is larger than max_record_size");
    }
    if (!object) {
      return std::unexpected(SourceFailure{
          EndReason::kUpstream,
          error(502, "dataaction.upstream.invalid", "the API's answer cannot be used"),
          std::move(object.error())});
    }
    return check(std::move(*object));
  }

  std::expected<std::string, SourceFailure> check(std::string object) const {
    const std::vector<ErrorDetail> wrong = output_.check(object);
    if (wrong.empty()) return object;
    std::string detail =
        "what was made of the API's answer does not fit the contract: " + list_of(wrong);
    return std::unexpected(SourceFailure{
        EndReason::kUpstream,
        error(502, "dataaction.upstream.contract", "the API's answer does not fit the contract"),
        std::move(detail)});
  }

  // With `on_error 200` the flow is told in the outputs.
  ActionResult fail(ErrorReply reply, std::string detail) {
    if (!action_.on_error_ok) {
      return failed({EndReason::kUpstream, std::move(reply), std::move(detail)});
    }
    facts_.status = reply.status;
    facts_.error_code = reply.code;
    facts_.error_message = reply.message;
    ActionResult result = answer();
    result.succeeded = false;
    result.detail = std::move(detail);
    return result;
  }

  static ActionResult failed(SourceFailure failure) {
    ActionResult result;
    result.failure = std::move(failure);
    result.succeeded = false;
    return result;
  }

  const ActionConfig& action_;
  const JsonSchema& output_;
  ActionFacts facts_;
  std::optional<JsonTree> document_;
  std::string why_;
};

}  // namespace

SourceFailure interrupted(std::string detail) {
  return {EndReason::kShutdown,
          error(502, "dataaction.action.interrupted",
                "the service was stopped during the call, which may have been carried out"),
          std::move(detail)};
}

ActionResult make_result(const ActionConfig& action, const JsonSchema& output,
                         const PlatformReply& reply) {
  return ResultMaker(action, output).make(reply);
}

ActionResult make_failure(const ActionConfig& action, const JsonSchema& output,
                          SourceFailure failure) {
  return ResultMaker(action, output).make(std::move(failure));
}

ActionResult make_replay(const ActionConfig& action, const JsonSchema& output, std::string object) {
  return ResultMaker(action, output).replay(std::move(object));
}

}  // namespace dataaction
