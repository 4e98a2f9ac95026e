# SPDX-License-Identifier: Apache-2.0
#
# Shared by the tests of each dialect.

dialect_host = \
	tests/dialect/host.c \
	tests/dialect/host.h
