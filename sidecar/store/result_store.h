// The first results of requests that may come again, by their idempotency key: in an SQLite file,
// durable before anybody hears of them.
//
// A key is claimed before the request is sent, and settled with its result. One that was claimed
// and never settled belongs to a process that ended in between: nobody knows what has been done.
// What a key is good for ends with its time; who comes too late with a result of another request
// changes nothing for whoever has the key by then.
//
// claim(), settle() and forget() block on the disk, one at a time: on a thread pool of one. While
// somebody else writes to the file they fail, busy(), after a moment; nothing has changed then.

#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "sidecar/store/sqlite.h"

namespace dataaction {

// As a webhook is answered: 200 and an object, or an error.
struct StoredResult {
  int status = 200;
  std::string code = {};
  std::string text = {};  // the object, or the error's message
  int retry_after = 0;    // seconds, of an error
};

struct ResultKey {
  std::string_view action;
  std::string_view key;
};

class ResultStore {
 public:
  enum class Claim : uint8_t {
    kMine,     // nobody had it: the request is to be sent
    kSettled,  // `result` is there
    kUnknown,  // claimed, and not settled
    kOther,    // by another request than this
    kFull,     // kMaxKeys are kept
  };

  static constexpr int64_t kMaxKeys = 1'000'000;

  // The file is made if need be, for its owner alone. An error is a message.
  static std::expected<std::unique_ptr<ResultStore>, std::string> open(const std::string& path);

  // `fingerprint` is of the request; times are seconds since 1970.
  std::expected<Claim, SqliteError> claim(const ResultKey& key, std::string_view fingerprint,
                                          int64_t now, int64_t expires, StoredResult& result);
  std::expected<void, SqliteError> settle(const ResultKey& key, std::string_view fingerprint,
                                          const StoredResult& result);
  // It has not been done: the next one may claim the key.
  std::expected<void, SqliteError> forget(const ResultKey& key, std::string_view fingerprint);

 private:
  struct Close {
    void operator()(sqlite3* connection) const noexcept { sqlite3_close(connection); }
  };
  class Statement;

  explicit ResultStore(sqlite3* connection) : connection_(connection) {}

  std::expected<void, SqliteError> prepare();
  std::expected<void, SqliteError> add_retry_after();
  std::expected<Claim, SqliteError> look_up(const ResultKey& key, std::string_view fingerprint,
                                            StoredResult& result);
  std::expected<Claim, SqliteError> claim_in_transaction(const ResultKey& key,
                                                         std::string_view fingerprint, int64_t now,
                                                         int64_t expires, StoredResult& result);
  std::expected<void, SqliteError> execute(const char* sql);
  SqliteError error() const;

  std::unique_ptr<sqlite3, Close> connection_;
  int64_t keys_ = 0;
};

}  // namespace dataaction
