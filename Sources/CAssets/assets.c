#include "include/assets.h"

// The manifest: every file of migrations/ stands here, in order. A test holds it to the folder.

static const unsigned char migration_0001[] = {
#embed "../../migrations/0001_initial.sql"
};

static const unsigned char migration_0002[] = {
#embed "../../migrations/0002_permits.sql"
};

static const unsigned char migration_0003[] = {
#embed "../../migrations/0003_event_nodes.sql"
};

static const switchgear_asset migrations[] = {
    {"0001_initial.sql", migration_0001, sizeof migration_0001},
    {"0002_permits.sql", migration_0002, sizeof migration_0002},
    {"0003_event_nodes.sql", migration_0003, sizeof migration_0003},
};

const size_t switchgear_migration_count =
    sizeof migrations / sizeof migrations[0];

const switchgear_asset *switchgear_migration(size_t index) { return &migrations[index]; }

static const unsigned char openapi[] = {
#embed "../../openapi.yaml"
};

const switchgear_asset switchgear_openapi = {"openapi.yaml", openapi, sizeof openapi};

#ifdef SWITCHGEAR_COMMIT
const char *const switchgear_commit = SWITCHGEAR_COMMIT;
#else
const char *const switchgear_commit = NULL;
#endif
