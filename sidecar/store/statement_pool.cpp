#include "sidecar/store/statement_pool.h"

#include <sys/stat.h>

#include <algorithm>

#include "sidecar/runtime/bug.h"

namespace dataaction {

namespace {

struct FileIdentity {
  dev_t device = 0;
  ino_t inode = 0;

  bool operator==(const FileIdentity&) const = default;
};

// Of a file that is not there: nobody's.
FileIdentity identify(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return {};
  return {status.st_dev, status.st_ino};
}

}  // namespace

struct StatementPool::Slot {
  std::string sql;
  FileIdentity file;
  std::optional<SqliteConnection> connection;
  std::optional<SqliteStatement> statement;  // goes before its connection
};

StatementPool::StatementPool(std::string path, size_t max_statements)
    : path_(std::move(path)), max_statements_(max_statements) {}

StatementPool::~StatementPool() {
  if (used_ > 0) bug("a StatementPool ends before its leases");
}

std::optional<StatementPool::Lease> StatementPool::acquire(const std::string& sql) {
  auto found = std::ranges::find(idle_, sql, [](const auto& slot) { return slot->sql; });
  if (found == idle_.end() && open() >= max_statements_) {
    if (idle_.empty()) return std::nullopt;
    found = std::prev(idle_.end());
    (*found)->statement.reset();
  }
  std::unique_ptr<Slot> slot;
  if (found == idle_.end()) {
    slot = std::make_unique<Slot>();
  } else {
    slot = std::move(*found);
    idle_.erase(found);
  }
  slot->sql = sql;
  ++used_;
  return Lease(*this, std::move(slot));
}

void StatementPool::give_back(std::unique_ptr<Slot> slot, bool keep) noexcept {
  --used_;
  if (!keep || !slot->statement) return;
  slot->statement->reset();
  slot->statement->clear();
  idle_.push_front(std::move(slot));
}

StatementPool::Lease::Lease(StatementPool& pool, std::unique_ptr<Slot> slot)
    : pool_(&pool), slot_(std::move(slot)) {}

StatementPool::Lease::Lease(Lease&& other) noexcept = default;

StatementPool::Lease::~Lease() {
  if (slot_) pool_->give_back(std::move(slot_), keep_);
}

std::expected<void, SqliteError> StatementPool::Lease::prepare() {
  const FileIdentity file = identify(pool_->path_);
  if (slot_->file != file) {
    slot_->statement.reset();
    slot_->connection.reset();
  }
  if (!slot_->connection) {
    // Whoever waits for a writer waits on the loop and holds no thread.
    auto opened = SqliteConnection::open(pool_->path_, std::chrono::milliseconds(0));
    if (!opened) return std::unexpected(std::move(opened.error()));
    slot_->connection.emplace(std::move(*opened));
    slot_->file = file;
  }
  if (!slot_->statement) {
    auto prepared = slot_->connection->prepare(slot_->sql);
    if (!prepared) return std::unexpected(std::move(prepared.error()));
    slot_->statement.emplace(std::move(*prepared));
  }
  return {};
}

SqliteStatement& StatementPool::Lease::statement() {
  return *slot_->statement;
}

void StatementPool::Lease::interrupt() noexcept {
  slot_->connection->interrupt();
}

}  // namespace dataaction
