// Reads an open file front to back without making the worker wait: what is in the page cache is
// read at once (preadv2 with RWF_NOWAIT), anything else by nginx's thread pool "default".

#pragma once

#include "ngx_module/ngx.h"

#include <sys/stat.h>

#include <cstddef>
#include <expected>
#include <optional>

namespace dataaction {

// The thread pool that DiskReader uses: to be called once for a configuration that reads files.
// False without memory.
bool add_disk_threads(ngx_conf_t* cf);

class DiskReader {
 public:
  // The file's descriptor is closed with `r`'s pool. The error is an errno, logged.
  static std::expected<DiskReader, int> open(ngx_http_request_t* r, const ngx_str_t& path);

  enum class Status : uint8_t { kRead, kPending, kFailed };
  struct Result {
    Status status;
    size_t size = 0;  // 0: the file ends here
  };

  // Reads up to `size` bytes at `offset`. kPending: when the bytes are there,
  // r->write_event_handler runs, and the same call again gives them; `out` must stay until then. A
  // failure has been logged.
  Result read(ngx_http_request_t* r, char* out, size_t size, off_t offset);

  // One byte, read at once: for the place where reading is to begin.
  std::optional<char> byte_at(off_t offset) const;

  const struct stat& info() const { return info_; }
  // Bytes in the file now.
  off_t current_size() const;

 private:
  struct Job;

  DiskReader(int fd, const struct stat& info) : fd_(fd), info_(info) {}
  Result start_job(ngx_http_request_t* r, char* out, size_t size, off_t offset);
  Result finish_job(ngx_http_request_t* r);

  int fd_;
  struct stat info_;
  ngx_thread_task_t* task_ = nullptr;  // made on first use, reused
  bool started_ = false;
};

}  // namespace dataaction
