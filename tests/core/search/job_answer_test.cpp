#include "core/search/job_answer.h"

#include <gtest/gtest.h>

#include <string>

namespace dataaction {
namespace {

std::string id_fault(std::string_view body) {
  const auto id = read_job_id(body);
  return id ? "taken: " + *id : id.error().what;
}

std::string status_fault(std::string_view body) {
  const auto status = read_job_status(body);
  return status ? "taken" : std::to_string(status.error().offset) + ": " + status.error().what;
}

TEST(JobAnswer, Id) {
  EXPECT_EQ(read_job_id(R"({"jobId":"8a7b6c5d-4e3f-2a1b-0c9d-8e7f6a5b4c3d"})"),
            "8a7b6c5d-4e3f-2a1b-0c9d-8e7f6a5b4c3d");
  EXPECT_EQ(read_job_id(R"( { "x" : [{"jobId":"no"}], "job\u0049d" : "j_1" } )"), "j_1");
  EXPECT_EQ(read_job_id(R"({"jobId":")" + std::string(128, 'j') + R"("})"), std::string(128, 'j'));
}

// It becomes part of a path.
TEST(JobAnswer, IdsThatAreNone) {
  for (const std::string_view id : {"", ".", "..", "a/b", "a b", "a?b", "a%2Fb", "\xC3\xA9"}) {
    EXPECT_EQ(id_fault(R"({"jobId":")" + std::string(id) + R"("})"), "\"jobId\" is not an id");
  }
  EXPECT_EQ(id_fault(R"({"jobId":")" + std::string(129, 'j') + R"("})"), "\"jobId\" is not an id");
  EXPECT_EQ(id_fault(R"({"jobId":7})"), "no \"jobId\"");
  EXPECT_EQ(id_fault(R"({"error":"x"})"), "no \"jobId\"");
  EXPECT_EQ(id_fault("[]"), "{ expected");
  EXPECT_EQ(id_fault(R"({"jobId":"a"} x)"), "there is more after the value");
  EXPECT_EQ(id_fault(R"({"jobId":"a","b":tru})"), "a value expected");
}

TEST(JobAnswer, EveryState) {
  for (const auto state : {JobState::kQueued, JobState::kPending, JobState::kFailed,
                           JobState::kCancelled, JobState::kFulfilled, JobState::kExpired}) {
    const auto status = read_job_status(R"({"state":")" + std::string(name_of(state)) + R"("})");
    ASSERT_TRUE(status);
    EXPECT_EQ(*status, (JobStatus{state, ""}));
    EXPECT_EQ(status->pending(), state == JobState::kQueued || state == JobState::kPending);
  }
  EXPECT_EQ(name_of(JobState::kFulfilled), "FULFILLED");
}

TEST(JobAnswer, TheMessageOfAFailure) {
  EXPECT_EQ(read_job_status(R"({"errorMessage":"too \u0022big\"","state":"FAILED","x":null})"),
            (JobStatus{JobState::kFailed, "too \"big\""}));
  EXPECT_EQ(read_job_status(R"({"state":"FAILED","errorMessage":null})"),
            (JobStatus{JobState::kFailed, ""}));
}

TEST(JobAnswer, StatesThatAreNone) {
  EXPECT_EQ(status_fault(R"({"state":"fulfilled"})"), "0: \"state\" is not known");
  EXPECT_EQ(status_fault(R"({"state":4})"), "0: no \"state\"");
  EXPECT_EQ(status_fault("{}"), "0: no \"state\"");
  EXPECT_EQ(status_fault("<html>"), "0: { expected");
  EXPECT_EQ(status_fault(R"({"state":"FAILED")"), "17: the text ends where ',' or '}' should be");
}

}  // namespace
}  // namespace dataaction
