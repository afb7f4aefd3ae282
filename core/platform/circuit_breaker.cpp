#include "core/platform/circuit_breaker.h"

namespace dataaction {

std::string_view name_of(BreakerState state) {
  switch (state) {
    case BreakerState::kOpen:
      return "open";
    case BreakerState::kHalfOpen:
      return "half-open";
    case BreakerState::kClosed:
      break;
  }
  return "closed";
}

BreakerAdmission CircuitBreaker::admit(Milliseconds now) {
  BreakerAdmission admission;
  if (state_ == BreakerState::kOpen && now >= open_until_) {
    admission.change = change_to(BreakerState::kHalfOpen);
  }
  if (state_ == BreakerState::kOpen) {
    admission.wait = open_until_ - now;
    return admission;
  }
  if (state_ == BreakerState::kHalfOpen) {
    if (probing_) {
      admission.wait = kProbeWait;
      return admission;
    }
    probing_ = true;
  }
  admission.allowed = true;
  admission.round = round_;
  return admission;
}

BreakerChange CircuitBreaker::on_success(uint64_t round) {
  if (round != round_) return std::nullopt;
  failures_ = 0;
  if (state_ == BreakerState::kHalfOpen) return change_to(BreakerState::kClosed);
  return std::nullopt;
}

BreakerChange CircuitBreaker::on_failure(uint64_t round, Milliseconds now) {
  if (round != round_) return std::nullopt;
  if (state_ == BreakerState::kClosed && ++failures_ < limits_.failures) return std::nullopt;
  open_until_ = now + limits_.open_time;
  return change_to(BreakerState::kOpen);
}

void CircuitBreaker::on_abandoned(uint64_t round) {
  if (round == round_) probing_ = false;
}

BreakerState CircuitBreaker::change_to(BreakerState state) {
  ++round_;
  probing_ = false;
  return state_ = state;
}

}  // namespace dataaction
