#include "ngx_module/ngx.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "core/config/config_builder.h"
#include "core/config/directives.h"
#include "ngx_module/block_commands.h"
#include "ngx_module/main_conf.h"
#include "ngx_module/ngx_support.h"

namespace dataaction {
namespace {

// A module type of our own, "DATA": inside the block nginx then takes directives of our module
// alone. (One that it knows from elsewhere "is not allowed here", where the sidecar calls it
// unknown.)
constexpr ngx_uint_t kModuleType = 0x41544144;

// Contexts are bits of nginx's command type above the arguments and NGX_MAIN_CONF; `include` is
// allowed in all of them (NGX_ANY_CONF).
constexpr ngx_uint_t context_bits(uint8_t contexts) {
  return ngx_uint_t{contexts} << 25;
}
constexpr ngx_uint_t context_bits(Context context) {
  return context_bits(static_cast<uint8_t>(context));
}
static_assert(std::ranges::all_of(kDirectives, [](const Directive& directive) {
  return (context_bits(directive.contexts) & ~NGX_ANY_CONF) == 0;
}));

constexpr ngx_uint_t command_type(const Directive& directive) {
  ngx_uint_t type = context_bits(directive.contexts);
  if (directive.max_args == Directive::kMany) {
    return type | (directive.min_args > 1 ? NGX_CONF_2MORE : NGX_CONF_1MORE);
  }
  for (unsigned count = directive.min_args; count <= directive.max_args; ++count) {
    type |= ngx_uint_t{NGX_CONF_NOARGS} << count;
  }
  return directive.block ? type | NGX_CONF_BLOCK : type;
}

Context context_inside(const ngx_command_t& block) {
  return std::ranges::find(kDirectives, view(block.name), &Directive::name)->inside;
}

// nginx's conf->ctx inside the block. The first member is what nginx's lookup of a module's own
// configuration reads: there is none.
struct BlockContext {
  void* no_conf = nullptr;
  ConfigBuilder builder;
};

std::vector<std::string_view> words_of(ngx_conf_t* cf) {
  std::vector<std::string_view> words;
  const auto* args = static_cast<const ngx_str_t*>(cf->args->elts);
  for (const ngx_str_t& word : std::span(args, cf->args->nelts)) words.push_back(view(word));
  return words;
}

// Reads what stands in the block that has just opened.
char* parse_inside(ngx_conf_t* cf, Context context, BlockContext* block) {
  const ngx_conf_t saved = *cf;
  cf->ctx = block;
  cf->module_type = kModuleType;
  cf->cmd_type = context_bits(context);
  char* result = ngx_conf_parse(cf, nullptr);
  *cf = saved;
  return result;
}

char* set_directive(ngx_conf_t* cf, ngx_command_t*, void*) noexcept {
  return guarded(
      cf->log, [] { return static_cast<char*>(NGX_CONF_ERROR); },
      [cf]() -> char* {
        auto* block = static_cast<BlockContext*>(cf->ctx);
        const auto words = words_of(cf);
        const auto result = block->builder.directive(words, position_of(cf));
        return result ? NGX_CONF_OK : conf_error(cf, result.error());
      });
}

char* set_block(ngx_conf_t* cf, ngx_command_t* cmd, void*) noexcept {
  return guarded(
      cf->log, [] { return static_cast<char*>(NGX_CONF_ERROR); },
      [cf, cmd]() -> char* {
        auto* block = static_cast<BlockContext*>(cf->ctx);
        const auto words = words_of(cf);
        if (const auto opened = block->builder.open_block(words, position_of(cf)); !opened) {
          return conf_error(cf, opened.error());
        }
        if (char* failed = parse_inside(cf, context_inside(*cmd), block); failed != NGX_CONF_OK) {
          return failed;
        }
        const auto closed = block->builder.close_block();
        return closed ? NGX_CONF_OK : conf_error(cf, closed.error());
      });
}

// kDirectives as nginx wants them; `dataaction` itself, the first, is a command of the http module.
auto make_commands() {
  std::array<ngx_command_t, kDirectives.size()> commands{};
  for (size_t i = 1; i < kDirectives.size(); ++i) {
    const Directive& directive = kDirectives[i];
    commands[i - 1] = {as_ngx_str(directive.name),
                       command_type(directive),
                       directive.block ? set_block : set_directive,
                       0,
                       0,
                       nullptr};
  }
  return commands;  // the last one is ngx_null_command
}

auto block_commands = make_commands();

ngx_http_upstream_srv_conf_t* add_default_upstream(ngx_conf_t* cf, const Config& config) {
  ngx_url_t url{};
  url.url = copy_to_pool(cf->pool, "unix:" + config.listen.path);
  url.no_resolve = 1;
  return ngx_http_upstream_add(cf, &url, 0);
}

}  // namespace

char* set_dataaction_block(ngx_conf_t* cf, ngx_command_t*, void* conf) noexcept {
  return guarded(
      cf->log, [] { return static_cast<char*>(NGX_CONF_ERROR); },
      [&]() -> char* {
        auto* main = static_cast<MainConf*>(conf);
        if (main->block) return const_cast<char*>("is duplicate");

        BlockContext block;
        const auto words = words_of(cf);
        if (const auto opened = block.builder.open_block(words, position_of(cf)); !opened) {
          return conf_error(cf, opened.error());
        }
        if (char* failed = parse_inside(cf, Context::kDataaction, &block); failed != NGX_CONF_OK) {
          return failed;
        }
        if (const auto closed = block.builder.close_block(); !closed)
          return conf_error(cf, closed.error());
        main->block = std::move(block.builder).finish();
        main->directory = cf->cycle->conf_prefix;
        main->default_upstream = add_default_upstream(cf, *main->block);
        if (main->default_upstream == nullptr) return static_cast<char*>(NGX_CONF_ERROR);
        main->upstreams.push_back(main->default_upstream);
        return NGX_CONF_OK;
      });
}

}  // namespace dataaction

extern "C" {

static ngx_core_module_t ngx_http_dataaction_block_module_ctx = {ngx_string("dataaction_block"),
                                                                 nullptr, nullptr};

ngx_module_t ngx_http_dataaction_block_module = {
    NGX_MODULE_V1,
    &ngx_http_dataaction_block_module_ctx,  // module context
    dataaction::block_commands.data(),      // module directives
    dataaction::kModuleType,                // module type
    nullptr,                                // init master
    nullptr,                                // init module
    nullptr,                                // init process
    nullptr,                                // init thread
    nullptr,                                // exit thread
    nullptr,                                // exit process
    nullptr,                                // exit master
    NGX_MODULE_V1_PADDING};
}
