// A LinkServer on a real socket, and workers that talk to it, all on one loop with a clock that
// only the test moves.

#pragma once

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/link/frame.h"
#include "sidecar/link/link_server.h"
#include "sidecar/link/listen_socket.h"
#include "sidecar/runtime/log.h"
#include "tests/sidecar/platform/fake_services.h"
#include "tests/sidecar/runtime/loop_fixture.h"
#include "tests/sidecar/scratch.h"

namespace dataaction {

// The worker's end of a connection.
class Worker {
 public:
  Worker(Loop& loop, const std::string& path) : stream_(connect(loop, path)) {}

  UnixStream& stream() { return stream_; }

  Task<> send(const frame::Request& request) {
    std::string bytes;
    frame::encode(bytes, request);
    static_cast<void>(co_await stream_.write(bytes));
  }

  struct Frame {
    frame::Type type;
    std::string payload;
  };

  // Nothing: the sidecar has closed.
  Task<std::optional<Frame>> receive() {
    const auto header = co_await take(frame::kHeaderSize);
    if (!header) co_return std::nullopt;
    const auto decoded = frame::decode_header(*header);
    EXPECT_TRUE(decoded) << decoded.error();
    auto payload = co_await take(decoded->length);
    if (!payload) co_return std::nullopt;
    co_return Frame{decoded->type, std::move(*payload)};
  }

 private:
  static UnixStream connect(Loop& loop, const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT_EQ(::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0) << path;
    return std::move(*UnixStream::adopt(loop, fd));
  }

  Task<std::optional<std::string>> take(size_t size) {
    while (buffer_.size() < size) {
      std::string piece(65536, '\0');
      const Result<size_t> got = co_await stream_.read_some(piece);
      if (!got || *got == 0) co_return std::nullopt;
      buffer_.append(piece, 0, *got);
    }
    std::string bytes = buffer_.substr(0, size);
    buffer_.erase(0, size);
    co_return bytes;
  }

  UnixStream stream_;
  std::string buffer_;
};

// All of one answer.
struct Received {
  bool head = false;
  std::string records;
  size_t data_frames = 0;
  bool ended = false;
  uint64_t count = 0;
  bool complete = false;
  std::string reason;
  std::optional<ErrorReply> error;
  bool closed = false;
};

inline Task<Received> receive_all(Worker& worker) {
  Received all;
  for (;;) {
    const auto frame = co_await worker.receive();
    if (!frame) {
      all.closed = true;
      co_return all;
    }
    if (frame->type == frame::Type::kHead) {
      all.head = true;
    } else if (frame->type == frame::Type::kData) {
      EXPECT_TRUE(all.head);
      ++all.data_frames;
      all.records += frame->payload.substr(2);
    } else if (frame->type == frame::Type::kEnd) {
      EXPECT_TRUE(all.head);
      const auto end = frame::decode_end(frame->payload);
      all.ended = true;
      all.count = end->count;
      all.complete = end->complete;
      all.reason = end->reason;
      co_return all;
    } else {
      all.error = frame::decode_error(frame->payload)->reply;
      co_return all;
    }
  }
}

inline frame::Request request_for(std::string_view name, std::string_view parameters = "{}") {
  frame::Request request;
  request.name = name;
  request.context_id = "test";
  request.parameters = parameters;
  return request;
}

// Of the source `some`.
inline constexpr std::string_view kOneRecord = R"({"customer":1,"below":5})";

inline Task<Received> ask(Worker& worker, frame::Request request) {
  co_await worker.send(request);
  co_return co_await receive_all(worker);
}

// Open, so that a test's coroutines can be lambdas that take the test as a parameter.
class LinkTest : public LoopTest {
 public:
  using LoopTest::clock;

  LinkTest()
      : database(scratch.path("a.db")),
        log(*Log::open(scratch.path("log"), LogLevel::kInfo, LogFormat::kPlain)) {
    fill_table(database, 5000);
    config.listen.path = scratch.path("s.sock");
    DatabaseConfig entry;
    entry.name = "d";
    entry.path = scratch.path("a.db");
    config.databases.push_back(entry);
    add_source("all", "SELECT id, customer, name FROM tx ORDER BY id");
    add_source("some", "SELECT id FROM tx WHERE customer = :customer AND id < :below ORDER BY id");
    add_source("endless",
               "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n");
    add_source("stuck",
               "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
               " SELECT i FROM n WHERE i < 0");
  }

  void TearDown() override {
    if (server) run(server->drain(Clock::Duration(0)));
    server.reset();
    services.reset();
    LoopTest::TearDown();
  }

  void add_source(const std::string& name, const std::string& sql,
                  std::vector<std::string> json = {}) {
    config.sources.push_back({name, SqlSource{"d", sql, std::move(json)}, {}, {}});
  }

  void start() {
    flights.emplace(scope, 16);
    server.emplace(scope, clock, log);
    use_config();
    socket.emplace(std::move(*ListenSocket::open(config.listen)));
    server->listen(std::move(*UnixListener::adopt(loop, socket->release_fd(), 16)));
  }

  void use_config() {
    auto checked = check_config(config);
    ASSERT_TRUE(checked) << describe(checked.error());
    const Catalog::Keys keys{{}, {}, *flights, nullptr};
    server->use(*Catalog::create(loop, services->all, std::move(*checked), std::move(contracts),
                                 keys, server->catalog().get()));
  }

  const SourceCounters& counters(std::string_view name) {
    return server->catalog()->find_source(name)->counters();
  }
  uint64_t ends(std::string_view name, EndReason reason) {
    return counters(name).ends[static_cast<size_t>(reason)];
  }

  Worker worker() { return {loop, config.listen.path}; }

  // Until a condition holds; the loop goes on meanwhile.
  template <typename Condition>
  static Task<> until(Condition condition) {
    while (!condition()) static_cast<void>(co_await yield());
  }
  std::string log_text() const {
    std::ifstream file(scratch.path("log"));
    return {std::istreambuf_iterator<char>(file), {}};
  }

  Scratch scratch;
  Writer database;
  Log log;
  std::optional<FakeServices> services{std::in_place, loop, clock, scratch.path("platform.log")};
  Config config;
  std::vector<Contract> contracts;  // of the configuration's actions
  std::optional<ListenSocket> socket;
  std::optional<TaskGroup> flights;
  std::optional<LinkServer> server;
};

}  // namespace dataaction
