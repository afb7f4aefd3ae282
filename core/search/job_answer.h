// What the platform says of an asynchronous job: AsyncQueryResponse of POST
// /api/v2/analytics/conversations/details/jobs and AsyncQueryStatus of GET .../jobs/{id}.

#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "core/json/json_reader.h"

namespace dataaction {

enum class JobState : uint8_t { kQueued, kPending, kFailed, kCancelled, kFulfilled, kExpired };

struct JobStatus {
  JobState state = JobState::kQueued;
  std::string error_message;  // the platform's, for the log; may be empty

  // Asking again may show another state.
  bool pending() const { return state == JobState::kQueued || state == JobState::kPending; }
  bool operator==(const JobStatus&) const = default;
};

std::string_view name_of(JobState state);

// `jobId`, fit to stand in a path: 1 to 128 letters, digits, `-` or `_`.
std::expected<std::string, JsonError> read_job_id(std::string_view body);

// A state that is not known is an error.
std::expected<JobStatus, JsonError> read_job_status(std::string_view body);

}  // namespace dataaction
