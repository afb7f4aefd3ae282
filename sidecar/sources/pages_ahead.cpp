#include "sidecar/sources/pages_ahead.h"

#include <utility>

namespace dataaction {

PagesAhead::PagesAhead(std::unique_ptr<SearchPages> pages)
    : pages_(std::move(pages)), here_(pages_->here()), after_(pages_->after()) {}

Task<PagesAhead::Read> PagesAhead::next() {
  if (asked_) {
    co_await asked_->drain();
    asked_.reset();
  } else {
    co_await read_ahead();
  }
  std::swap(page_, ahead_);
  here_ = pages_->here();
  after_ = pages_->after();
  co_return std::move(read_);
}

Task<> PagesAhead::ask_ahead() {
  if (!after_ || asked_) co_return;
  asked_.emplace(co_await current_scope(), 1);
  if (!asked_->spawn(read_ahead())) bug("a new TaskGroup is full");
  static_cast<void>(co_await yield());
}

Task<> PagesAhead::stop() {
  if (!asked_) co_return;
  asked_->cancel(CancelReason::kCancelled);
  co_await asked_->drain();
  asked_.reset();
}

Task<> PagesAhead::read_ahead() {
  read_ = co_await pages_->next(ahead_);
}

}  // namespace dataaction
