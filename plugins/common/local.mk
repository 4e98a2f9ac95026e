# SPDX-License-Identifier: Apache-2.0
#
# What several adapters need, linked into each of them; nothing of it is exported, and nothing of it
# knows a warehouse.

noinst_LTLIBRARIES += plugins/common/libsbe_common.la
plugins_common_libsbe_common_la_SOURCES = \
	plugins/common/buffer.c \
	plugins/common/buffer.h \
	plugins/common/fixture.c \
	plugins/common/fixture.h \
	plugins/common/json.c \
	plugins/common/json.h
plugins_common_libsbe_common_la_CPPFLAGS = $(adapter_cppflags)
plugins_common_libsbe_common_la_CFLAGS = $(adapter_cflags)
plugins_common_libsbe_common_la_LDFLAGS = $(SBE_LDFLAGS)

# HTTP and logins, for adapters that speak REST. An adapter's name stands in the condition.
if ADAPTER_SNOWFLAKE
noinst_LTLIBRARIES += plugins/common/libsbe_rest.la
endif
plugins_common_libsbe_rest_la_SOURCES = \
	plugins/common/jwt.c \
	plugins/common/jwt.h \
	plugins/common/rest.c \
	plugins/common/rest.h
plugins_common_libsbe_rest_la_CPPFLAGS = $(adapter_cppflags) $(LIBCURL_CFLAGS) $(LIBCRYPTO_CFLAGS)
plugins_common_libsbe_rest_la_CFLAGS = $(adapter_cflags)
plugins_common_libsbe_rest_la_LDFLAGS = $(SBE_LDFLAGS)
