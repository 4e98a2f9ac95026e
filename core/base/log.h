/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log: one line each, to .sbe/logs/sbe.log when it is open, and to stderr from `threshold` on.
 * Lines carry time and level. A newline inside a message becomes a space. Nothing secret is logged:
 * see core/config/settings.h.
 */
#ifndef SBE_CORE_LOG_H
#define SBE_CORE_LOG_H

#include <stdarg.h>
#include "sbe/host.h"

/* Opens (append, mode 0600; a file over 10 MiB is renamed to sbe.log.1 first). Answers 0 or an errno. */
int sbe_log_open(const char *path);
void sbe_log_close(void);
/* Lines of this level and above also go to stderr. Default: nothing does. */
void sbe_log_threshold(int32_t level);
/* Called on every message before it is cut and written, to make secrets unreadable in place; NULL: none. */
void sbe_log_filter(void (*filter)(char *message));
void sbe_log(int32_t level, const char *format, ...) SBE_PRINTF(2, 3);
void sbe_vlog(int32_t level, const char *format, va_list arguments) SBE_PRINTF(2, 0);

#endif
