#include "ngx_module/ngx.h"

#include <sys/uio.h>

#include "ngx_module/delivery_conf.h"
#include "ngx_module/disk_reader.h"
#include "ngx_module/ngx_support.h"

namespace dataaction {
namespace {

ngx_str_t pool_name = ngx_string("default");

DiskReader::Result failed(ngx_http_request_t* r, int error) {
  ngx_log_error(NGX_LOG_CRIT, r->connection->log, error,
                "dataaction: reading source file \"%V\" failed", &delivery_conf(r)->source_path);
  return {DiskReader::Status::kFailed};
}

}  // namespace

// What a thread reads, and where the result waits. Lives in the request's pool: start_job() keeps
// the request until the thread is done.
struct DiskReader::Job {
  int fd;
  char* out;
  size_t size;
  off_t offset;
  ssize_t result;
  int error;
  bool done;
  ngx_http_request_t* r;

  static void run(void* data, ngx_log_t*) noexcept {
    auto* const job = static_cast<Job*>(data);
    do {
      job->result = pread(job->fd, job->out, job->size, job->offset);
    } while (job->result == -1 && errno == EINTR);
    job->error = errno;
  }

  static void on_done(ngx_event_t* event) noexcept {
    auto* const job = static_cast<Job*>(event->data);
    ngx_http_request_t* const r = job->r;
    ngx_connection_t* const c = r->connection;
    ngx_http_set_log_request(c->log, r);
    job->done = true;
    --r->main->blocked;
    r->write_event_handler(r);
    ngx_http_finalize_request(r, NGX_DONE);  // for the count that start_job() took
    ngx_http_run_posted_requests(c);
  }
};

bool add_disk_threads(ngx_conf_t* cf) {
  return ngx_thread_pool_add(cf, &pool_name) != nullptr;
}

std::expected<DiskReader, int> DiskReader::open(ngx_http_request_t* r, const ngx_str_t& path) {
  const int fd =
      ::open(reinterpret_cast<const char*>(path.data), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  struct stat info{};
  int error = fd == -1 || fstat(fd, &info) == -1 ? errno : 0;
  if (error == 0 && !S_ISREG(info.st_mode)) error = EINVAL;
  if (error != 0) {
    ngx_log_error(NGX_LOG_ERR, r->connection->log, error, "dataaction: cannot open \"%V\"", &path);
    if (fd != -1) close(fd);
    return std::unexpected(error);
  }
  ngx_pool_cleanup_t* const cleanup =
      ngx_pool_cleanup_add(r->pool, sizeof(ngx_pool_cleanup_file_t));
  if (cleanup == nullptr) {
    close(fd);
    return std::unexpected(ENOMEM);
  }
  cleanup->handler = ngx_pool_cleanup_file;
  auto* const file = static_cast<ngx_pool_cleanup_file_t*>(cleanup->data);
  file->fd = fd;
  file->name = path.data;
  file->log = r->pool->log;
  return DiskReader(fd, info);
}

DiskReader::Result DiskReader::read(ngx_http_request_t* r, char* out, size_t size, off_t offset) {
  if (started_) return finish_job(r);
  struct iovec piece{out, size};
  const ssize_t n = preadv2(fd_, &piece, 1, offset, RWF_NOWAIT);
  if (n >= 0) return {Status::kRead, static_cast<size_t>(n)};
  switch (errno) {
    case EAGAIN:      // not in the page cache
    case EOPNOTSUPP:  // a file system without RWF_NOWAIT
    case EINTR:
      return start_job(r, out, size, offset);
    default:
      return failed(r, errno);
  }
}

DiskReader::Result DiskReader::start_job(ngx_http_request_t* r, char* out, size_t size,
                                         off_t offset) {
  if (task_ == nullptr) {
    task_ = ngx_thread_task_alloc(r->pool, sizeof(Job));
    if (task_ == nullptr) return failed(r, ENOMEM);
    task_->handler = Job::run;
    task_->event.handler = Job::on_done;
    task_->event.data = task_->ctx;
    task_->event.log = r->connection->log;
  }
  auto* const job = static_cast<Job*>(task_->ctx);
  *job = {fd_, out, size, offset, 0, 0, false, r};
  ngx_thread_pool_t* const pool =
      ngx_thread_pool_get(const_cast<ngx_cycle_t*>(ngx_cycle), &pool_name);
  if (pool == nullptr || ngx_thread_task_post(pool, task_) != NGX_OK) return failed(r, EAGAIN);
  started_ = true;
  // `blocked` holds off a termination, `count` an ordinary end: the thread writes into the
  // request's pool.
  ++r->main->blocked;
  ++r->main->count;
  return {Status::kPending};
}

DiskReader::Result DiskReader::finish_job(ngx_http_request_t* r) {
  auto* const job = static_cast<Job*>(task_->ctx);
  if (!job->done) return {Status::kPending};
  started_ = false;
  if (job->result < 0) return failed(r, job->error);
  return {Status::kRead, static_cast<size_t>(job->result)};
}

std::optional<char> DiskReader::byte_at(off_t offset) const {
  char byte = 0;
  if (pread(fd_, &byte, 1, offset) != 1) return std::nullopt;
  return byte;
}

off_t DiskReader::current_size() const {
  struct stat now{};
  return fstat(fd_, &now) == 0 ? now.st_size : 0;
}

}  // namespace dataaction
