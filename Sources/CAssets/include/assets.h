#ifndef SWITCHGEAR_ASSETS_H
#define SWITCHGEAR_ASSETS_H

#include <stddef.h>

/// A file embedded in the binary.
typedef struct {
  const char *_Nonnull name;
  const unsigned char *_Nonnull bytes;
  size_t count;
} switchgear_asset;

/// The migration at that place in their order.
const switchgear_asset *_Nonnull switchgear_migration(size_t index);

/// How many migrations there are.
extern const size_t switchgear_migration_count;

/// The commit that the program is built from, or null where that is not known.
extern const char *_Nullable const switchgear_commit;

/// The description of the wire.
extern const switchgear_asset switchgear_openapi;

#endif
