/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one list of adapters that sbe has heard of, installed or not, so that it can say which package
 * brings one. Nothing else in core/ knows a warehouse's name.
 */
#ifndef SBE_CORE_KNOWN_H
#define SBE_CORE_KNOWN_H

typedef struct sbe_known_adapter {
  const char *name;    /* "snowflake" */
  const char *package; /* Debian's: "sbe-adapter-snowflake" */
} sbe_known_adapter;

/* Ends with name NULL. */
extern const sbe_known_adapter sbe_known_adapters[];

#endif
