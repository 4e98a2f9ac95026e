-- shared: scan
DROP TABLE IF EXISTS "shop_scratch"."sbe_0_scan_0";

-- shared: scan
CREATE TABLE "shop_scratch"."sbe_0_scan_0" AS
SELECT "x1" AS "event_id", "x3" AS "load_tstamp", "x5" AS "dvce_created_tstamp", "x7" AS "collector_tstamp", "x9" AS "derived_tstamp", "x10" AS "event_date", "x17" AS "e0", "x18" AS "e1", "x20" AS "k0", "x22" AS "k1", "x23" AS "c0", "x24" AS "c1", "x26" AS "v0", "x27" AS "m0", "x28" AS "m1", "x29" AS "m2"
FROM (SELECT "x1", "x3", "x5", "x7", "x9", "x10", "x17", "x18", "x20", "x22", "x23", CASE WHEN "x22" IS NOT NULL AND ("x18") THEN TRUE ELSE FALSE END AS "x24", "x26", "x27", CASE WHEN ("x17") THEN TRUE ELSE FALSE END AS "x28", CASE WHEN ("x18") THEN TRUE ELSE FALSE END AS "x29", "x31"
FROM (SELECT "x1", "x3", "x5", "x7", "x9", CAST("x9" AS DATE) AS "x10", CASE WHEN "x12" = 'com.acme' AND "x14" = 'order' AND "x16" = '1-0-0' THEN TRUE ELSE FALSE END AS "x17", CASE WHEN "x14" = 'page_view' THEN TRUE ELSE FALSE END AS "x18", "x20", "x22", CASE WHEN "x20" IS NOT NULL THEN TRUE ELSE FALSE END AS "x23", "x26", "x27", "x31"
FROM (SELECT "p0" AS "x1", "p1" AS "x3", "p2" AS "x5", "p3" AS "x7", "p4" AS "x9", "p5" AS "x12", "p6" AS "x14", "p7" AS "x16", "p9" AS "x20", "p10" AS "x22", "p11" AS "x26", TRUE AS "x27", "p8" AS "x31"
FROM (SELECT "event_id" AS "p0", "load_tstamp" AS "p1", "dvce_created_tstamp" AS "p2", "collector_tstamp" AS "p3", "derived_tstamp" AS "p4", "event_vendor" AS "p5", "event_name" AS "p6", "event_version" AS "p7", "app_id" AS "p8", "user_id" AS "p9", "domain_userid" AS "p10", "mkt_source" AS "p11" FROM "atomic"."events" WHERE "load_tstamp" >= TIMESTAMP '2025-01-01 00:00:00' AND "load_tstamp" < TIMESTAMP '2025-01-03 00:00:00') AS l1) AS l2) AS l3) AS l
WHERE "x1" IS NOT NULL AND "x3" >= TIMESTAMP '2025-01-01 00:00:00' AND "x9" >= TIMESTAMP '2025-01-01 00:00:00' AND "x9" <= TIMESTAMP '9999-12-31 23:59:59.999999' AND "x31" IN ('web', 'it''s')
 AND ("x23" OR "x24");

-- shared: duplicates
DROP TABLE IF EXISTS "shop_scratch"."sbe_0_duplicates_0";

-- shared: duplicates
CREATE TABLE "shop_scratch"."sbe_0_duplicates_0" AS
SELECT "event_id"
FROM "shop_scratch"."sbe_0_scan_0"
GROUP BY "event_id"
HAVING COUNT(*) > 1;

-- accounts_2: filtered_events
DROP TABLE IF EXISTS "shop_scratch"."sbe_0_accounts_2_new_events";

-- accounts_2: filtered_events
CREATE TABLE "shop_scratch"."sbe_0_accounts_2_new_events" AS
SELECT n."event_id", n."load_tstamp", n."derived_tstamp", n."event_date", n."user_id", n."mkt_source_text_0", n."match_0", n."match_1"
FROM (SELECT s."event_id" AS "event_id", s."load_tstamp" AS "load_tstamp", s."derived_tstamp" AS "derived_tstamp", s."event_date" AS "event_date", s."k0" AS "user_id", s."v0" AS "mkt_source_text_0", s."m0" AS "match_0", s."m1" AS "match_1"
FROM "shop_scratch"."sbe_0_scan_0" AS s
WHERE s."c0" AND NOT EXISTS (SELECT 1 FROM "shop_scratch"."sbe_0_duplicates_0" AS d WHERE d."event_id" = s."event_id")
UNION ALL
SELECT r."event_id", r."load_tstamp", r."derived_tstamp", r."event_date", r."user_id", r."mkt_source_text_0", r."match_0", r."match_1"
FROM (SELECT s."event_id" AS "event_id", s."load_tstamp" AS "load_tstamp", s."derived_tstamp" AS "derived_tstamp", s."event_date" AS "event_date", s."k0" AS "user_id", s."v0" AS "mkt_source_text_0", s."m0" AS "match_0", s."m1" AS "match_1", ROW_NUMBER() OVER (PARTITION BY s."event_id" ORDER BY s."load_tstamp" ASC, CASE WHEN s."dvce_created_tstamp" IS NULL THEN 1 ELSE 0 END, s."dvce_created_tstamp" ASC, CASE WHEN s."collector_tstamp" IS NULL THEN 1 ELSE 0 END, s."collector_tstamp" ASC, s."derived_tstamp" ASC) AS row_rank
  FROM "shop_scratch"."sbe_0_scan_0" AS s
  WHERE s."c0" AND EXISTS (SELECT 1 FROM "shop_scratch"."sbe_0_duplicates_0" AS d WHERE d."event_id" = s."event_id")) AS r
WHERE r.row_rank = 1) AS n
WHERE NOT EXISTS (SELECT 1 FROM (SELECT f."event_id" AS event_id FROM "shop_derived"."accounts_2_filtered_events" AS f WHERE f."event_id" IN (SELECT s.event_id FROM "shop_scratch"."sbe_0_scan_0" AS s) AND f."load_tstamp" >= TIMESTAMP '2024-12-25 00:00:00') AS seen WHERE seen.event_id = n."event_id");

-- accounts_2: days
DROP TABLE IF EXISTS "shop_scratch"."sbe_0_accounts_2_days";

-- accounts_2: days
CREATE TABLE "shop_scratch"."sbe_0_accounts_2_days" AS
SELECT 'accounts_2' AS model, d.event_date AS event_date,
  CASE WHEN d.is_processed THEN d.processed_before + d.skipped_before + d.new_rows ELSE d.processed_before END AS processed_events,
  CASE WHEN d.is_processed THEN 0 ELSE d.skipped_before + d.new_rows END AS skipped_events,
  CASE WHEN d.last_before >= d.last_new THEN d.last_before ELSE d.last_new END AS last_load_tstamp,
  d.is_processed AS is_processed, d.new_rows AS new_rows
FROM (SELECT n.event_date, n.new_rows, n.last_new, m.last_load_tstamp AS last_before,
    COALESCE(m.processed_events, 0) AS processed_before, COALESCE(m.skipped_events, 0) AS skipped_before,
    CASE WHEN n.event_date >= DATE '2024-12-31' THEN TRUE WHEN n.event_date >= DATE '2024-12-22' AND n.new_rows + COALESCE(m.skipped_events, 0) >= 3 THEN TRUE ELSE FALSE END AS is_processed
  FROM (SELECT event_date, COUNT(*) AS new_rows, MAX(load_tstamp) AS last_new FROM "shop_scratch"."sbe_0_accounts_2_new_events" GROUP BY event_date) AS n
  LEFT JOIN "shop_snowplow_manifest"."snowplow_daily_aggregation_manifest" AS m ON m.event_date = n.event_date AND m.model = 'accounts_2') AS d;

-- accounts_2: publish
UPDATE "shop_snowplow_manifest"."snowplow_run_lock" SET expires = ADD_SECONDS(CURRENT_TIMESTAMP, 900) WHERE token = 0;

-- accounts_2: publish
SELECT COUNT(*) = 1 FROM "shop_snowplow_manifest"."snowplow_run_lock" WHERE token = 0 AND holder IS NOT NULL AND EXISTS (SELECT 1 FROM "shop_snowplow_manifest"."snowplow_incremental_manifest" WHERE model = 'accounts_2' AND windows = 0);

-- accounts_2: publish
INSERT INTO "shop_derived"."accounts_2_filtered_events" ("event_id", "load_tstamp", "derived_tstamp", "event_date", "user_id", "mkt_source_text_0", "match_0", "match_1")
SELECT "event_id", "load_tstamp", "derived_tstamp", "event_date", "user_id", "mkt_source_text_0", "match_0", "match_1" FROM "shop_scratch"."sbe_0_accounts_2_new_events";

-- accounts_2: publish
DELETE FROM "shop_derived"."accounts_2_daily_aggregates" WHERE "event_date" IN (SELECT event_date FROM "shop_scratch"."sbe_0_accounts_2_days" WHERE is_processed);

-- accounts_2: publish
INSERT INTO "shop_derived"."accounts_2_daily_aggregates" ("user_id", "event_date", "first_at_0", "first_value_1", "count_2")
SELECT s."user_id", s."event_date", s."first_at_0", s."first_value_1", s."count_2"
FROM "shop_scratch"."sbe_0_accounts_2_daily_aggregates" AS s;

-- accounts_2: publish
DELETE FROM "shop_snowplow_manifest"."snowplow_daily_aggregation_manifest" WHERE EXISTS (SELECT 1 FROM "shop_scratch"."sbe_0_accounts_2_days" AS s WHERE s."model" = "shop_snowplow_manifest"."snowplow_daily_aggregation_manifest"."model" AND s."event_date" = "shop_snowplow_manifest"."snowplow_daily_aggregation_manifest"."event_date");

-- accounts_2: publish
INSERT INTO "shop_snowplow_manifest"."snowplow_daily_aggregation_manifest" ("model", "event_date", "processed_events", "skipped_events", "last_load_tstamp")
SELECT s."model", s."event_date", s."processed_events", s."skipped_events", s."last_load_tstamp"
FROM "shop_scratch"."sbe_0_accounts_2_days" AS s;

-- accounts_2: publish
DELETE FROM "shop_derived"."accounts_2_attributes" WHERE "user_id" IN (SELECT s."user_id" FROM "shop_scratch"."sbe_0_accounts_2_changed" AS s);

-- accounts_2: publish
INSERT INTO "shop_derived"."accounts_2_attributes" ("user_id", "source", "orders", "updated_at")
SELECT s."user_id", s."source", s."orders", s."updated_at"
FROM "shop_scratch"."sbe_0_accounts_2_changed" AS s;

-- accounts_2: publish
DELETE FROM "shop_snowplow_manifest"."snowplow_incremental_manifest" WHERE "model" IN (SELECT s."model" FROM (SELECT 'accounts_2' AS model, TIMESTAMP '2025-01-03 00:00:00' AS first_success, TIMESTAMP '2025-01-03 00:00:00' AS last_success, 'fcad349c1dfb74be' AS definition_hash, CAST(NULL AS TIMESTAMP) AS refresh_until, 1 AS windows, TIMESTAMP '2025-02-10 12:00:00' AS attributes_as_of, TIMESTAMP '2025-02-10 00:00:00' AS attributes_until, FALSE AS attributes_stale, CAST(NULL AS TIMESTAMP) AS rollup_through, 'entity key: user_id from user_id
start_date: 2025-01-01
app_id: web, it''s
events table: atomic.events
attribute source: source string = first(mkt_source) of any event, lifetime
attribute orders: orders int64 = counter() of com.acme/order/1-0-0, lifetime
' AS definition, 1 AS layout) AS s);

-- accounts_2: publish
INSERT INTO "shop_snowplow_manifest"."snowplow_incremental_manifest" ("model", "first_success", "last_success", "definition_hash", "refresh_until", "windows", "attributes_as_of", "attributes_until", "attributes_stale", "rollup_through", "definition", "layout")
SELECT s."model", s."first_success", s."last_success", s."definition_hash", s."refresh_until", s."windows", s."attributes_as_of", s."attributes_until", s."attributes_stale", s."rollup_through", s."definition", s."layout"
FROM (SELECT 'accounts_2' AS model, TIMESTAMP '2025-01-03 00:00:00' AS first_success, TIMESTAMP '2025-01-03 00:00:00' AS last_success, 'fcad349c1dfb74be' AS definition_hash, CAST(NULL AS TIMESTAMP) AS refresh_until, 1 AS windows, TIMESTAMP '2025-02-10 12:00:00' AS attributes_as_of, TIMESTAMP '2025-02-10 00:00:00' AS attributes_until, FALSE AS attributes_stale, CAST(NULL AS TIMESTAMP) AS rollup_through, 'entity key: user_id from user_id
start_date: 2025-01-01
app_id: web, it''s
events table: atomic.events
attribute source: source string = first(mkt_source) of any event, lifetime
attribute orders: orders int64 = counter() of com.acme/order/1-0-0, lifetime
' AS definition, 1 AS layout) AS s;

-- visits_1: filtered_events
DROP TABLE IF EXISTS "shop_scratch"."sbe_0_visits_1_new_events";

-- visits_1: filtered_events
CREATE TABLE "shop_scratch"."sbe_0_visits_1_new_events" AS
SELECT n."event_id", n."load_tstamp", n."derived_tstamp", n."event_date", n."domain_userid", n."mkt_source_text_0", n."match_0"
FROM (SELECT s."event_id" AS "event_id", s."load_tstamp" AS "load_tstamp", s."derived_tstamp" AS "derived_tstamp", s."event_date" AS "event_date", s."k1" AS "domain_userid", s."v0" AS "mkt_source_text_0", s."m2" AS "match_0"
FROM "shop_scratch"."sbe_0_scan_0" AS s
WHERE s."c1" AND NOT EXISTS (SELECT 1 FROM "shop_scratch"."sbe_0_duplicates_0" AS d WHERE d."event_id" = s."event_id")
UNION ALL
SELECT r."event_id", r."load_tstamp", r."derived_tstamp", r."event_date", r."domain_userid", r."mkt_source_text_0", r."match_0"
FROM (SELECT s."event_id" AS "event_id", s."load_tstamp" AS "load_tstamp", s."derived_tstamp" AS "derived_tstamp", s."event_date" AS "event_date", s."k1" AS "domain_userid", s."v0" AS "mkt_source_text_0", s."m2" AS "match_0", ROW_NUMBER() OVER (PARTITION BY s."event_id" ORDER BY s."load_tstamp" ASC, CASE WHEN s."dvce_created_tstamp" IS NULL THEN 1 ELSE 0 END, s."dvce_created_tstamp" ASC, CASE WHEN s."collector_tstamp" IS NULL THEN 1 ELSE 0 END, s."collector_tstamp" ASC, s."derived_tstamp" ASC) AS row_rank
  FROM "shop_scratch"."sbe_0_scan_0" AS s
  WHERE s."c1" AND EXISTS (SELECT 1 FROM "shop_scratch"."sbe_0_duplicates_0" AS d WHERE d."event_id" = s."event_id")) AS r
WHERE r.row_rank = 1) AS n
WHERE NOT EXISTS (SELECT 1 FROM (SELECT f."event_id" AS event_id FROM "shop_derived"."visits_1_filtered_events" AS f WHERE f."event_id" IN (SELECT s.event_id FROM "shop_scratch"."sbe_0_scan_0" AS s) AND f."load_tstamp" >= TIMESTAMP '2024-12-25 00:00:00') AS seen WHERE seen.event_id = n."event_id");

-- visits_1: days
DROP TABLE IF EXISTS "shop_scratch"."sbe_0_visits_1_days";

-- visits_1: days
CREATE TABLE "shop_scratch"."sbe_0_visits_1_days" AS
SELECT 'visits_1' AS model, d.event_date AS event_date,
  CASE WHEN d.is_processed THEN d.processed_before + d.skipped_before + d.new_rows ELSE d.processed_before END AS processed_events,
  CASE WHEN d.is_processed THEN 0 ELSE d.skipped_before + d.new_rows END AS skipped_events,
  CASE WHEN d.last_before >= d.last_new THEN d.last_before ELSE d.last_new END AS last_load_tstamp,
  d.is_processed AS is_processed, d.new_rows AS new_rows
FROM (SELECT n.event_date, n.new_rows, n.last_new, m.last_load_tstamp AS last_before,
    COALESCE(m.processed_events, 0) AS processed_before, COALESCE(m.skipped_events, 0) AS skipped_before,
    CASE WHEN n.event_date >= DATE '2024-12-31' THEN TRUE WHEN n.event_date >= DATE '2024-12-22' AND n.new_rows + COALESCE(m.skipped_events, 0) >= 3 THEN TRUE ELSE FALSE END AS is_processed
  FROM (SELECT event_date, COUNT(*) AS new_rows, MAX(load_tstamp) AS last_new FROM "shop_scratch"."sbe_0_visits_1_new_events" GROUP BY event_date) AS n
  LEFT JOIN "shop_snowplow_manifest"."snowplow_daily_aggregation_manifest" AS m ON m.event_date = n.event_date AND m.model = 'visits_1') AS d;

-- visits_1: publish
UPDATE "shop_snowplow_manifest"."snowplow_run_lock" SET expires = ADD_SECONDS(CURRENT_TIMESTAMP, 900) WHERE token = 0;

-- visits_1: publish
SELECT COUNT(*) = 1 FROM "shop_snowplow_manifest"."snowplow_run_lock" WHERE token = 0 AND holder IS NOT NULL AND EXISTS (SELECT 1 FROM "shop_snowplow_manifest"."snowplow_incremental_manifest" WHERE model = 'visits_1' AND windows = 0);

-- visits_1: publish
INSERT INTO "shop_derived"."visits_1_filtered_events" ("event_id", "load_tstamp", "derived_tstamp", "event_date", "domain_userid", "mkt_source_text_0", "match_0")
SELECT "event_id", "load_tstamp", "derived_tstamp", "event_date", "domain_userid", "mkt_source_text_0", "match_0" FROM "shop_scratch"."sbe_0_visits_1_new_events";

-- visits_1: publish
DELETE FROM "shop_derived"."visits_1_daily_aggregates" WHERE "event_date" IN (SELECT event_date FROM "shop_scratch"."sbe_0_visits_1_days" WHERE is_processed);

-- visits_1: publish
INSERT INTO "shop_derived"."visits_1_daily_aggregates" ("domain_userid", "event_date", "count_0", "last_at_1", "last_value_2")
SELECT s."domain_userid", s."event_date", s."count_0", s."last_at_1", s."last_value_2"
FROM "shop_scratch"."sbe_0_visits_1_daily_aggregates" AS s;

-- visits_1: publish
DELETE FROM "shop_snowplow_manifest"."snowplow_daily_aggregation_manifest" WHERE EXISTS (SELECT 1 FROM "shop_scratch"."sbe_0_visits_1_days" AS s WHERE s."model" = "shop_snowplow_manifest"."snowplow_daily_aggregation_manifest"."model" AND s."event_date" = "shop_snowplow_manifest"."snowplow_daily_aggregation_manifest"."event_date");

-- visits_1: publish
INSERT INTO "shop_snowplow_manifest"."snowplow_daily_aggregation_manifest" ("model", "event_date", "processed_events", "skipped_events", "last_load_tstamp")
SELECT s."model", s."event_date", s."processed_events", s."skipped_events", s."last_load_tstamp"
FROM "shop_scratch"."sbe_0_visits_1_days" AS s;

-- visits_1: publish
DELETE FROM "shop_derived"."visits_1_attributes" WHERE "domain_userid" IN (SELECT s."domain_userid" FROM "shop_scratch"."sbe_0_visits_1_changed" AS s);

-- visits_1: publish
INSERT INTO "shop_derived"."visits_1_attributes" ("domain_userid", "pages", "source", "updated_at")
SELECT s."domain_userid", s."pages", s."source", s."updated_at"
FROM "shop_scratch"."sbe_0_visits_1_changed" AS s;

-- visits_1: publish
DELETE FROM "shop_snowplow_manifest"."snowplow_incremental_manifest" WHERE "model" IN (SELECT s."model" FROM (SELECT 'visits_1' AS model, TIMESTAMP '2025-01-03 00:00:00' AS first_success, TIMESTAMP '2025-01-03 00:00:00' AS last_success, '6fde49fc70f0157d' AS definition_hash, CAST(NULL AS TIMESTAMP) AS refresh_until, 1 AS windows, TIMESTAMP '2025-02-10 12:00:00' AS attributes_as_of, TIMESTAMP '2025-02-10 00:00:00' AS attributes_until, FALSE AS attributes_stale, CAST(NULL AS TIMESTAMP) AS rollup_through, 'entity key: domain_userid from domain_userid
start_date: 2025-01-01
app_id: web, it''s
events table: atomic.events
attribute pages: pages int64 = counter() of */page_view/*, 30 days
attribute source: source string = last(mkt_source) of */page_view/*, lifetime
' AS definition, 1 AS layout) AS s);

-- visits_1: publish
INSERT INTO "shop_snowplow_manifest"."snowplow_incremental_manifest" ("model", "first_success", "last_success", "definition_hash", "refresh_until", "windows", "attributes_as_of", "attributes_until", "attributes_stale", "rollup_through", "definition", "layout")
SELECT s."model", s."first_success", s."last_success", s."definition_hash", s."refresh_until", s."windows", s."attributes_as_of", s."attributes_until", s."attributes_stale", s."rollup_through", s."definition", s."layout"
FROM (SELECT 'visits_1' AS model, TIMESTAMP '2025-01-03 00:00:00' AS first_success, TIMESTAMP '2025-01-03 00:00:00' AS last_success, '6fde49fc70f0157d' AS definition_hash, CAST(NULL AS TIMESTAMP) AS refresh_until, 1 AS windows, TIMESTAMP '2025-02-10 12:00:00' AS attributes_as_of, TIMESTAMP '2025-02-10 00:00:00' AS attributes_until, FALSE AS attributes_stale, CAST(NULL AS TIMESTAMP) AS rollup_through, 'entity key: domain_userid from domain_userid
start_date: 2025-01-01
app_id: web, it''s
events table: atomic.events
attribute pages: pages int64 = counter() of */page_view/*, 30 days
attribute source: source string = last(mkt_source) of */page_view/*, lifetime
' AS definition, 1 AS layout) AS s;

