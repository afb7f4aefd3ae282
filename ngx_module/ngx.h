// nginx's headers, for C++. Included first in every file of this folder: they define 64-bit off_t.

#pragma once

extern "C" {
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>
#include <ngx_http.h>
}

static_assert(__cplusplus > 202002L, "C++23 is needed: config.make sets -std=c++23");

extern "C" {
extern ngx_module_t ngx_http_dataaction_module;
extern ngx_module_t ngx_http_dataaction_block_module;
}
