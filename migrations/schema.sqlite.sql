-- The schema on SQLite after all migrations, for reading; nothing executes this.
-- Written by GLASKLAR_UPDATE_SCHEMA=1 cargo test schema_is_as_reviewed

CREATE TABLE "account" (
    "channel" smallint NOT NULL,
    "account_index" blob NOT NULL,
    "candidate_id" blob NOT NULL,
    "sealed_handle" blob NOT NULL,
    "known_signals" integer NOT NULL,
    "imported_at" integer NOT NULL,
    PRIMARY KEY ("channel", "account_index")
);

CREATE INDEX "account_candidate_id" ON "account" ("candidate_id");

CREATE TABLE "candidate" (
    "id" blob NOT NULL,
    "subject_index" blob NOT NULL,
    "wrapped_key" blob NOT NULL,
    "sealed_name" blob NOT NULL,
    "revision" integer NOT NULL,
    "created_at" integer NOT NULL,
    PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "candidate_subject_index" ON "candidate" ("subject_index");

CREATE TABLE "consent" (
    "id" blob NOT NULL,
    "lookup_key" blob NOT NULL,
    "organization" text NOT NULL,
    "handle" blob NOT NULL,
    "contact_index" blob NOT NULL,
    "candidate_id" blob NULL,
    "purpose" smallint NOT NULL,
    "job_reference" text NOT NULL,
    "fields" integer NOT NULL,
    "channels" integer NOT NULL,
    "state" smallint NOT NULL,
    "version" integer NOT NULL,
    "requested_at" integer NOT NULL,
    "refused_at" integer NULL,
    "expires_at" integer NOT NULL,
    "days" smallint NOT NULL,
    PRIMARY KEY ("id")
);

CREATE INDEX "consent_candidate_id" ON "consent" ("candidate_id");

CREATE INDEX "consent_contact_index" ON "consent" ("contact_index");

CREATE UNIQUE INDEX "consent_lookup_key" ON "consent" ("lookup_key");

CREATE INDEX "consent_organization_requested_at" ON "consent" ("organization", "requested_at");

CREATE TABLE "contact" (
    "candidate_id" blob NOT NULL,
    "address_index" blob NOT NULL,
    "sealed_address" blob NOT NULL,
    "code_hash" blob NULL,
    "code_sent_at" integer NOT NULL,
    "codes_sent" smallint NOT NULL,
    "attempts" smallint NOT NULL,
    "confirmed_at" integer NULL,
    PRIMARY KEY ("candidate_id", "address_index")
);

CREATE INDEX "contact_address_index" ON "contact" ("address_index");

CREATE TABLE "fetch_count" (
    "candidate_id" blob NOT NULL,
    "day" integer NOT NULL,
    "fetches" integer NOT NULL,
    PRIMARY KEY ("candidate_id")
);

CREATE TABLE "handle" (
    "external_index" blob NOT NULL,
    "handle" blob NOT NULL,
    "organization" text NOT NULL,
    PRIMARY KEY ("external_index")
);

CREATE UNIQUE INDEX "handle_handle" ON "handle" ("handle");

CREATE TABLE "item" (
    "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    "candidate_id" blob NOT NULL,
    "channel" smallint NOT NULL,
    "item_index" blob NOT NULL,
    "posted_day" integer NOT NULL,
    "sealed_item" blob NOT NULL
);

CREATE UNIQUE INDEX "item_candidate_id_item_index" ON "item" ("candidate_id", "item_index");

CREATE TABLE "item_topics" (
    "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    "candidate_id" blob NOT NULL,
    "item_id" integer NOT NULL,
    "ontology" integer NOT NULL,
    "sealed_topics" blob NOT NULL
);

CREATE INDEX "item_topics_candidate_id" ON "item_topics" ("candidate_id");

CREATE UNIQUE INDEX "item_topics_item_id_ontology" ON "item_topics" ("item_id", "ontology");

CREATE TABLE "keyring" (
    "id" integer NOT NULL,
    "check_value" blob NOT NULL,
    PRIMARY KEY ("id")
);

CREATE TABLE "ledger_head" (
    "id" integer NOT NULL,
    "size" integer NOT NULL,
    "frontier" blob NOT NULL,
    "last_time" integer NOT NULL,
    PRIMARY KEY ("id")
);

CREATE TABLE "ledger_leaf" (
    "idx" integer NOT NULL,
    "leaf" blob NOT NULL,
    PRIMARY KEY ("idx")
);

CREATE TRIGGER ledger_leaf_no_delete BEFORE DELETE ON ledger_leaf BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;

CREATE TRIGGER ledger_leaf_no_update BEFORE UPDATE ON ledger_leaf BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;

CREATE TABLE "ledger_node" (
    "level" smallint NOT NULL,
    "idx" integer NOT NULL,
    "hash" blob NOT NULL,
    PRIMARY KEY ("level", "idx")
);

CREATE TRIGGER ledger_node_no_delete BEFORE DELETE ON ledger_node BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;

CREATE TRIGGER ledger_node_no_update BEFORE UPDATE ON ledger_node BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;

CREATE TABLE "ledger_opening" (
    "idx" integer NOT NULL,
    "kind" smallint NOT NULL,
    "organization" text NULL,
    "candidate_id" blob NULL,
    "created_at" integer NOT NULL,
    "salt" blob NOT NULL,
    "document" blob NOT NULL,
    PRIMARY KEY ("idx")
);

CREATE INDEX "ledger_opening_candidate_id_idx" ON "ledger_opening" ("candidate_id", "idx");

CREATE TABLE "link" (
    "candidate_id" blob NOT NULL,
    "link_index" blob NOT NULL,
    "channel" smallint NOT NULL,
    "sealed_address" blob NOT NULL,
    "sealed_code" blob NULL,
    "made_at" integer NOT NULL,
    "account_index" blob NULL,
    "confirmed_at" integer NULL,
    "sealed_cursor" blob NOT NULL,
    "fetched_at" integer NULL,
    PRIMARY KEY ("candidate_id", "link_index")
);

CREATE TABLE "observation" (
    "id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    "candidate_id" blob NOT NULL,
    "item_id" integer NOT NULL,
    "signal" smallint NOT NULL,
    "reactions" integer NOT NULL,
    "provenance" smallint NOT NULL,
    "observed_at" integer NOT NULL
);

CREATE INDEX "observation_candidate_id" ON "observation" ("candidate_id");

CREATE UNIQUE INDEX "observation_item_id_signal_reactions_provenance" ON "observation" ("item_id", "signal", "reactions", "provenance");

CREATE TABLE "organization" (
    "id" text NOT NULL,
    "display_name" text NOT NULL,
    "created_at" integer NOT NULL,
    PRIMARY KEY ("id")
);

CREATE TABLE "population" (
    "model" blob NOT NULL,
    "topic" integer NOT NULL,
    "last_day" integer NOT NULL,
    "bucket" integer NOT NULL,
    "candidates" integer NOT NULL,
    PRIMARY KEY ("model", "topic", "last_day", "bucket")
);

CREATE TABLE "population_share" (
    "candidate_id" blob NOT NULL,
    "sealed_share" blob NOT NULL,
    "joined_at" integer NOT NULL,
    PRIMARY KEY ("candidate_id")
);

CREATE TABLE "released" (
    "idx" integer NOT NULL,
    "candidate_id" blob NOT NULL,
    "sealed_document" blob NOT NULL,
    PRIMARY KEY ("idx")
);

CREATE INDEX "released_candidate_id" ON "released" ("candidate_id");

CREATE TABLE "replay" (
    "request_key" blob NOT NULL,
    "digest" blob NOT NULL,
    "consent_id" blob NOT NULL,
    "created_at" integer NOT NULL,
    PRIMARY KEY ("request_key")
);

CREATE TABLE "revision" (
    "candidate_id" blob NOT NULL,
    "number" integer NOT NULL,
    "day" integer NOT NULL,
    "item_watermark" integer NOT NULL,
    "observation_watermark" integer NOT NULL,
    "topics_watermark" integer NOT NULL,
    "created_at" integer NOT NULL,
    PRIMARY KEY ("candidate_id", "number")
);

CREATE TABLE sqlite_sequence(name,seq);

CREATE TABLE "summary" (
    "candidate_id" blob NOT NULL,
    "revision" integer NOT NULL,
    "model" blob NOT NULL,
    "sealed_summary" blob NOT NULL,
    PRIMARY KEY ("candidate_id", "revision", "model")
);
