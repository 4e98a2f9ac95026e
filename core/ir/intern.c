/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hash table from canonical texts to the objects of the IR, so that equal ones are one. Used only
 * while definitions are being built; it owns its slots, never the texts or objects.
 */
#include "core/ir/build.h"

#include <stdlib.h>

static struct sbe_intern_slot *slot_for(const sbe_intern *intern, uint64_t hash, const char *text, size_t size) {
  size_t at = (size_t)hash & (intern->capacity - 1);
  for (;; at = (at + 1) & (intern->capacity - 1)) {
    struct sbe_intern_slot *slot = &intern->slots[at];
    if (!slot->object) return slot;
    if (slot->hash == hash && slot->size == size && memcmp(slot->text, text, size) == 0) return slot;
  }
}

void *sbe_intern_find(const sbe_intern *intern, const char *text, size_t size) {
  if (!intern->capacity) return NULL;
  return slot_for(intern, sbe_hash(SBE_HASH_START, text, size), text, size)->object;
}

/* Half full at most, so that a search ends soon. */
static void grow(sbe_intern *intern) {
  sbe_intern wider = {NULL, intern->n, intern->capacity ? intern->capacity * 2 : 256};
  wider.slots = sbe_xmalloc(wider.capacity * sizeof *wider.slots);
  memset(wider.slots, 0, wider.capacity * sizeof *wider.slots);
  for (size_t i = 0; i < intern->capacity; i++) {
    const struct sbe_intern_slot *old = &intern->slots[i];
    if (old->object) *slot_for(&wider, old->hash, old->text, old->size) = *old;
  }
  free(intern->slots);
  *intern = wider;
}

void sbe_intern_add(sbe_intern *intern, const char *text, size_t size, void *object) {
  if (intern->n * 2 >= intern->capacity) grow(intern);
  uint64_t hash = sbe_hash(SBE_HASH_START, text, size);
  struct sbe_intern_slot *slot = slot_for(intern, hash, text, size);
  *slot = (struct sbe_intern_slot){hash, text, size, object};
  intern->n++;
}

void sbe_intern_free(sbe_intern *intern) {
  free(intern->slots);
  *intern = (sbe_intern){NULL, 0, 0};
}
