// `dataactionctl stream`: the options. webhook_stream.h does it.

#include "sidecar/ctl/command.h"
#include "sidecar/ctl/exit_codes.h"
#include "sidecar/ctl/parameters.h"
#include "sidecar/ctl/webhook_stream.h"
#include "sidecar/platform/secret_file.h"

namespace dataaction {
namespace {

class StreamCommand final : public Command {
 public:
  void declare(CommandOptions& options) override {
    options.add("URL", url_, "of the webhook, or its location: a path on --nginx").required();
    options.add("--nginx", nginx_, "where locations are").type("URL").show_default();
    const Option body =
        options.add("--body", body_, "the body, a JSON object; -: standard input").type("FILE");
    options.add("-p,--param", parameters_, "a parameter; a value that is JSON is taken as JSON")
        .type("NAME=VALUE")
        .excludes(body);
    options.add("--key-file", key_file_, "the API key, to be sent as X-API-Key").type("FILE");
    options.add("--ca-file", run_.ca_file, "CAs that the server's certificate may be of")
        .type("FILE");
    const Option file =
        options.add("-o,--output", run_.output, "where to: appears when it is whole").type("FILE");
    options.flag("--discard", run_.discard, "only check and count").excludes(file);
    options.add("--timeout", run_.timeout_seconds, "without a byte")
        .type("SECONDS")
        .between(1, 86400)
        .show_default();
    options.flag("-q,--quiet", run_.quiet, "no progress and no summary");
    options.flag("--trace", trace_, "show the request as a curl command");
  }

  int run() override {
    run_.url = url_.starts_with('/')
                   ? (nginx_.ends_with('/') ? nginx_.substr(0, nginx_.size() - 1) : nginx_) + url_
                   : url_;
    auto parameters = choose_parameters(parameters_, body_);
    if (!parameters) return fail(kExitUsage, parameters.error());
    run_.body = std::move(*parameters);
    if (!key_file_.empty()) {
      auto key = read_secret(key_file_);
      if (!key) return fail(kExitUsage, key.error());
      run_.api_key = std::move(*key);
    }
    auto session = Session::create(trace_);
    if (!session) return fail(kExitFailure, session.error());
    return (*session)->run(stream_webhook(**session, run_));
  }

 private:
  std::string url_;
  std::string nginx_ = "http://127.0.0.1";
  std::string body_;
  std::vector<std::string> parameters_;
  std::string key_file_;
  bool trace_ = false;
  WebhookRun run_;
};

}  // namespace

std::unique_ptr<Command> make_stream_command() {
  return std::make_unique<StreamCommand>();
}

}  // namespace dataaction
