-- shared: prepare
CREATE SCHEMA IF NOT EXISTS "main_snowplow_manifest";

-- shared: prepare
CREATE SCHEMA IF NOT EXISTS "sbe_scratch"."main_scratch";

-- shared: prepare
CREATE SCHEMA IF NOT EXISTS "main_derived";

-- shared: prepare
CREATE TABLE IF NOT EXISTS "main_snowplow_manifest"."snowplow_incremental_manifest" ("model" VARCHAR, "first_success" TIMESTAMP, "last_success" TIMESTAMP, "definition_hash" VARCHAR, "refresh_until" TIMESTAMP, "windows" BIGINT, "attributes_as_of" TIMESTAMP, "attributes_until" TIMESTAMP, "attributes_stale" BOOLEAN, "rollup_through" TIMESTAMP, "definition" VARCHAR, "layout" INTEGER);

-- shared: prepare
CREATE TABLE IF NOT EXISTS "main_snowplow_manifest"."snowplow_daily_aggregation_manifest" ("model" VARCHAR, "event_date" DATE, "processed_events" BIGINT, "skipped_events" BIGINT, "last_load_tstamp" TIMESTAMP);

-- shared: prepare
CREATE TABLE IF NOT EXISTS "main_snowplow_manifest"."snowplow_run_log" ("run_id" VARCHAR, "model" VARCHAR, "step" VARCHAR, "started" TIMESTAMP, "finished" TIMESTAMP, "row_count" BIGINT, "status" VARCHAR, "error" VARCHAR);

-- shared: prepare
CREATE TABLE IF NOT EXISTS "main_snowplow_manifest"."snowplow_run_lock" AS
SELECT CAST(0 AS BIGINT) AS token, CAST(NULL AS VARCHAR) AS holder, CAST(NULL AS BIGINT) AS pid, CAST(NULL AS BIGINT) AS process_start, CAST(NULL AS VARCHAR) AS host, CAST(NULL AS TIMESTAMP) AS since, CAST(NULL AS TIMESTAMP) AS expires;

-- shared: scan
DROP TABLE IF EXISTS "sbe_scratch"."main_scratch"."sbe_0_scan_0";

-- shared: scan
CREATE TABLE "sbe_scratch"."main_scratch"."sbe_0_scan_0" AS
SELECT "x1" AS "event_id", "x3" AS "load_tstamp", "x5" AS "dvce_created_tstamp", "x7" AS "collector_tstamp", "x9" AS "derived_tstamp", "x10" AS "event_date", "x17" AS "e0", "x18" AS "e1", "x20" AS "k0", "x21" AS "c0", "x23" AS "v0", "x25" AS "v1", "x27" AS "v2", "x29" AS "v3", "x32" AS "m0", "x33" AS "m1"
FROM (SELECT "x1", "x3", "x5", "x7", "x9", "x10", "x17", "x18", "x20", CASE WHEN "x20" IS NOT NULL AND ("x17" OR "x18") THEN TRUE ELSE FALSE END AS "x21", "x23", "x25", "x27", "x29", CASE WHEN ("x17")
 AND ("x31" = 'add_to_cart') THEN TRUE ELSE FALSE END AS "x32", CASE WHEN ("x18") THEN TRUE ELSE FALSE END AS "x33", "x35"
FROM (SELECT "x1", "x3", "x5", "x7", "x9", CAST("x9" AS DATE) AS "x10", CASE WHEN "x12" = 'com.snowplowanalytics.snowplow' AND "x14" = 'snowplow_ecommerce_action' AND "x16" = '1-0-2' THEN TRUE ELSE FALSE END AS "x17", CASE WHEN "x12" = 'com.snowplowanalytics.snowplow' AND "x14" = 'page_view' AND "x16" = '1-0-0' THEN TRUE ELSE FALSE END AS "x18", "x20", "x23", "x25", "x27", "x29", "x31", "x35"
FROM (SELECT "p0" AS "x1", CASE WHEN isfinite("p1") THEN "p1" END AS "x3", CASE WHEN isfinite("p2") THEN "p2" END AS "x5", CASE WHEN isfinite("p3") THEN "p3" END AS "x7", CASE WHEN isfinite("p4") THEN "p4" END AS "x9", "p5" AS "x12", "p6" AS "x14", "p7" AS "x16", "p9" AS "x20", "p10" AS "x23", CASE WHEN isfinite(TRY_CAST("p11" AS DOUBLE)) AND NOT contains("p11", '_') AND NOT contains("p11", '+-') THEN TRY_CAST("p11" AS DOUBLE) + 0.0 END AS "x25", "p12" AS "x27", "p13" AS "x29", "p14" AS "x31", "p8" AS "x35"
FROM (SELECT "event_id" AS "p0", "load_tstamp" AS "p1", "dvce_created_tstamp" AS "p2", "collector_tstamp" AS "p3", "derived_tstamp" AS "p4", "event_vendor" AS "p5", "event_name" AS "p6", "event_version" AS "p7", "app_id" AS "p8", "domain_userid" AS "p9", CAST(struct_extract(list_extract("contexts_com_snowplowanalytics_snowplow_ecommerce_product_1", 1), 'name') AS VARCHAR) AS "p10", CAST(struct_extract(list_extract("contexts_com_snowplowanalytics_snowplow_ecommerce_product_1", 1), 'price') AS VARCHAR) AS "p11", "mkt_source" AS "p12", CAST(struct_extract(list_extract("contexts_nl_basjes_yauaa_context_1", 1), 'device_class') AS VARCHAR) AS "p13", CAST(struct_extract("unstruct_event_com_snowplowanalytics_snowplow_ecommerce_snowplow_ecommerce_action_1", 'type') AS VARCHAR) AS "p14" FROM "atomic"."events" WHERE "load_tstamp" >= TIMESTAMP '2025-01-01 00:00:00' AND "load_tstamp" < TIMESTAMP '2025-01-03 00:00:00') AS l1) AS l2) AS l3) AS l
WHERE "x1" IS NOT NULL AND "x3" >= TIMESTAMP '2025-01-01 00:00:00' AND "x9" >= TIMESTAMP '2025-01-01 00:00:00' AND "x9" <= TIMESTAMP '9999-12-31 23:59:59.999999' AND "x35" IN ('web')
 AND ("x21");

-- shared: duplicates
DROP TABLE IF EXISTS "sbe_scratch"."main_scratch"."sbe_0_duplicates_0";

-- shared: duplicates
CREATE TABLE "sbe_scratch"."main_scratch"."sbe_0_duplicates_0" AS
SELECT "event_id"
FROM "sbe_scratch"."main_scratch"."sbe_0_scan_0"
GROUP BY "event_id"
HAVING COUNT(*) > 1;

-- batch_ecommerce_attributes_1: tables
CREATE TABLE IF NOT EXISTS "main_derived"."batch_ecommerce_attributes_1_filtered_events" ("event_id" VARCHAR, "load_tstamp" TIMESTAMP, "derived_tstamp" TIMESTAMP, "event_date" DATE, "domain_userid" VARCHAR, "name_text_0" VARCHAR, "price_double_1" DOUBLE, "mkt_source_text_2" VARCHAR, "device_class_text_3" VARCHAR, "match_0" BOOLEAN, "match_1" BOOLEAN);

-- batch_ecommerce_attributes_1: tables
CREATE TABLE IF NOT EXISTS "main_derived"."batch_ecommerce_attributes_1_daily_aggregates" ("domain_userid" VARCHAR, "event_date" DATE, "sum_0" DOUBLE, "first_at_1" TIMESTAMP, "first_value_2" VARCHAR, "last_at_3" TIMESTAMP, "last_value_4" VARCHAR);

-- batch_ecommerce_attributes_1: tables
CREATE TABLE IF NOT EXISTS "main_derived"."batch_ecommerce_attributes_1_daily_values" ("domain_userid" VARCHAR, "event_date" DATE, "slot" INTEGER, "value_count" BIGINT, "value_text" VARCHAR);

-- batch_ecommerce_attributes_1: tables
CREATE TABLE IF NOT EXISTS "main_derived"."batch_ecommerce_attributes_1_rollup" ("domain_userid" VARCHAR, "event_date" DATE, "sum_0" DOUBLE, "first_at_1" TIMESTAMP, "first_value_2" VARCHAR, "last_at_3" TIMESTAMP, "last_value_4" VARCHAR);

-- batch_ecommerce_attributes_1: tables
CREATE TABLE IF NOT EXISTS "main_derived"."batch_ecommerce_attributes_1_rollup_values" ("domain_userid" VARCHAR, "event_date" DATE, "slot" INTEGER, "value_count" BIGINT, "value_text" VARCHAR);

-- batch_ecommerce_attributes_1: tables
CREATE TABLE IF NOT EXISTS "main_derived"."batch_ecommerce_attributes_1_attributes" ("domain_userid" VARCHAR, "products_added_to_cart_last_7_days" VARCHAR[], "total_product_price_clv" DOUBLE, "first_mkt_source" VARCHAR, "last_device_class" VARCHAR, "updated_at" TIMESTAMP);

-- batch_ecommerce_attributes_1: filtered_events
DROP TABLE IF EXISTS "sbe_scratch"."main_scratch"."sbe_0_batch_ecommerce_attributes_1_new_events";

-- batch_ecommerce_attributes_1: filtered_events
CREATE TABLE "sbe_scratch"."main_scratch"."sbe_0_batch_ecommerce_attributes_1_new_events" AS
SELECT n."event_id", n."load_tstamp", n."derived_tstamp", n."event_date", n."domain_userid", n."name_text_0", n."price_double_1", n."mkt_source_text_2", n."device_class_text_3", n."match_0", n."match_1"
FROM (SELECT s."event_id" AS "event_id", s."load_tstamp" AS "load_tstamp", s."derived_tstamp" AS "derived_tstamp", s."event_date" AS "event_date", s."k0" AS "domain_userid", s."v0" AS "name_text_0", s."v1" AS "price_double_1", s."v2" AS "mkt_source_text_2", s."v3" AS "device_class_text_3", s."m0" AS "match_0", s."m1" AS "match_1"
FROM "sbe_scratch"."main_scratch"."sbe_0_scan_0" AS s
WHERE s."c0" AND NOT EXISTS (SELECT 1 FROM "sbe_scratch"."main_scratch"."sbe_0_duplicates_0" AS d WHERE d."event_id" = s."event_id")
UNION ALL
SELECT r."event_id", r."load_tstamp", r."derived_tstamp", r."event_date", r."domain_userid", r."name_text_0", r."price_double_1", r."mkt_source_text_2", r."device_class_text_3", r."match_0", r."match_1"
FROM (SELECT s."event_id" AS "event_id", s."load_tstamp" AS "load_tstamp", s."derived_tstamp" AS "derived_tstamp", s."event_date" AS "event_date", s."k0" AS "domain_userid", s."v0" AS "name_text_0", s."v1" AS "price_double_1", s."v2" AS "mkt_source_text_2", s."v3" AS "device_class_text_3", s."m0" AS "match_0", s."m1" AS "match_1", ROW_NUMBER() OVER (PARTITION BY s."event_id" ORDER BY s."load_tstamp" ASC, CASE WHEN s."dvce_created_tstamp" IS NULL THEN 1 ELSE 0 END, s."dvce_created_tstamp" ASC, CASE WHEN s."collector_tstamp" IS NULL THEN 1 ELSE 0 END, s."collector_tstamp" ASC, s."derived_tstamp" ASC) AS row_rank
  FROM "sbe_scratch"."main_scratch"."sbe_0_scan_0" AS s
  WHERE s."c0" AND EXISTS (SELECT 1 FROM "sbe_scratch"."main_scratch"."sbe_0_duplicates_0" AS d WHERE d."event_id" = s."event_id")) AS r
WHERE r.row_rank = 1) AS n
WHERE NOT EXISTS (SELECT 1 FROM (SELECT f."event_id" AS event_id FROM "main_derived"."batch_ecommerce_attributes_1_filtered_events" AS f WHERE f."event_id" IN (SELECT s.event_id FROM "sbe_scratch"."main_scratch"."sbe_0_scan_0" AS s)) AS seen WHERE seen.event_id = n."event_id");

-- batch_ecommerce_attributes_1: days
DROP TABLE IF EXISTS "sbe_scratch"."main_scratch"."sbe_0_batch_ecommerce_attributes_1_days";

-- batch_ecommerce_attributes_1: days
CREATE TABLE "sbe_scratch"."main_scratch"."sbe_0_batch_ecommerce_attributes_1_days" AS
SELECT 'batch_ecommerce_attributes_1' AS model, d.event_date AS event_date,
  CASE WHEN d.is_processed THEN d.processed_before + d.skipped_before + d.new_rows ELSE d.processed_before END AS processed_events,
  CASE WHEN d.is_processed THEN 0 ELSE d.skipped_before + d.new_rows END AS skipped_events,
  CASE WHEN d.last_before >= d.last_new THEN d.last_before ELSE d.last_new END AS last_load_tstamp,
  d.is_processed AS is_processed, d.new_rows AS new_rows
FROM (SELECT n.event_date, n.new_rows, n.last_new, m.last_load_tstamp AS last_before,
    COALESCE(m.processed_events, 0) AS processed_before, COALESCE(m.skipped_events, 0) AS skipped_before,
    CASE WHEN n.event_date >= DATE '2024-12-31' THEN TRUE WHEN n.event_date >= DATE '2024-12-27' AND n.new_rows + COALESCE(m.skipped_events, 0) >= 1 THEN TRUE ELSE FALSE END AS is_processed
  FROM (SELECT event_date, COUNT(*) AS new_rows, MAX(load_tstamp) AS last_new FROM "sbe_scratch"."main_scratch"."sbe_0_batch_ecommerce_attributes_1_new_events" GROUP BY event_date) AS n
  LEFT JOIN "main_snowplow_manifest"."snowplow_daily_aggregation_manifest" AS m ON m.event_date = n.event_date AND m.model = 'batch_ecommerce_attributes_1') AS d;

-- batch_ecommerce_attributes_1: daily_aggregates
DROP TABLE IF EXISTS "sbe_scratch"."main_scratch"."sbe_0_batch_ecommerce_attributes_1_daily_aggregates";

-- batch_ecommerce_attributes_1: daily_aggregates
CREATE TABLE "sbe_scratch"."main_scratch"."sbe_0_batch_ecommerce_attributes_1_daily_aggregates" ("domain_userid" VARCHAR, "event_date" DATE, "sum_0" DOUBLE, "first_at_1" TIMESTAMP, "first_value_2" VARCHAR, "last_at_3" TIMESTAMP, "last_value_4" VARCHAR);

-- batch_ecommerce_attributes_1: daily_aggregates
INSERT INTO "sbe_scratch"."main_scratch"."sbe_0_batch_ecommerce_attributes_1_daily_aggregates" ("domain_userid", "event_date", "sum_0", "first_at_1", "first_value_2", "last_at_3", "last_value_4")
SELECT "domain_userid", "event_date",
  sum("price_double_1") FILTER (WHERE "match_0") AS "sum_0",
  min("derived_tstamp") FILTER (WHERE "match_1") AS "first_at_1",
  first("mkt_source_text_2" ORDER BY "derived_tstamp" ASC NULLS LAST, "event_id" ASC NULLS LAST) FILTER (WHERE "match_1") AS "first_value_2",
  max("derived_tstamp") FILTER (WHERE "match_1") AS "last_at_3",
  last("device_class_text_3" ORDER BY "derived_tstamp" ASC NULLS FIRST, "event_id" ASC NULLS FIRST) FILTER (WHERE "match_1") AS "last_value_4"
FROM (SELECT "event_id", "load_tstamp", "derived_tstamp", "event_date", "domain_userid", "name_text_0", "price_double_1", "mkt_source_text_2", "device_class_text_3", "match_0", "match_1" FROM "main_derived"."batch_ecommerce_attributes_1_filtered_events" WHERE "event_date" IN (SELECT event_date FROM "sbe_scratch"."main_scratch"."sbe_0_batch_ecommerce_attributes_1_days" WHERE is_processed)
  UNION ALL
  SELECT "event_id", "load_tstamp", "derived_tstamp", "event_date", "domain_userid", "name_text_0", "price_double_1", "mkt_source_text_2", "device_class_text_3", "match_0", "match_1" FROM "sbe_scratch"."main_scratch"."sbe_0_batch_ecommerce_attributes_1_new_events" WHERE "event_date" IN (SELECT event_date FROM "sbe_scratch"."main_scratch"."sbe_0_batch_ecommerce_attributes_1_days" WHERE is_processed)) AS e
WHERE "match_0" OR "match_1"
GROUP BY "domain_userid", "event_date";

-- batch_ecommerce_attributes_1: daily_aggregates
DROP TABLE IF EXISTS "sbe_scratch"."main_scratch"."sbe_0_batch_ecommerce_attributes_1_daily_values";

-- batch_ecommerce_attributes_1: daily_aggregates
CREATE TABLE "sbe_scratch"."main_scratch"."sbe_0_batch_ecommerce_attributes_1_daily_values" ("domain_userid" VARCHAR, "event_date" DATE, "slot" INTEGER, "value_count" BIGINT, "value_text" VARCHAR);

-- batch_ecommerce_attributes_1: daily_aggregates
INSERT INTO "sbe_scratch"."main_scratch"."sbe_0_batch_ecommerce_attributes_1_daily_values" ("domain_userid", "event_date", "slot", "value_count", "value_text")
SELECT "domain_userid", "event_date", 0 AS slot, COUNT(*) AS value_count, "name_text_0" AS "value_text"
FROM (SELECT "event_id", "load_tstamp", "derived_tstamp", "event_date", "domain_userid", "name_text_0", "price_double_1", "mkt_source_text_2", "device_class_text_3", "match_0", "match_1" FROM "main_derived"."batch_ecommerce_attributes_1_filtered_events" WHERE "event_date" IN (SELECT event_date FROM "sbe_scratch"."main_scratch"."sbe_0_batch_ecommerce_attributes_1_days" WHERE is_processed)
  UNION ALL
  SELECT "event_id", "load_tstamp", "derived_tstamp", "event_date", "domain_userid", "name_text_0", "price_double_1", "mkt_source_text_2", "device_class_text_3", "match_0", "match_1" FROM "sbe_scratch"."main_scratch"."sbe_0_batch_ecommerce_attributes_1_new_events" WHERE "event_date" IN (SELECT event_date FROM "sbe_scratch"."main_scratch"."sbe_0_batch_ecommerce_attributes_1_days" WHERE is_processed)) AS e
WHERE "match_0" AND "name_text_0" IS NOT NULL
GROUP BY "domain_userid", "event_date", "name_text_0";

-- batch_ecommerce_attributes_1: attributes
DROP TABLE IF EXISTS "sbe_scratch"."main_scratch"."sbe_0_batch_ecommerce_attributes_1_changed";

-- batch_ecommerce_attributes_1: attributes
CREATE TABLE "sbe_scratch"."main_scratch"."sbe_0_batch_ecommerce_attributes_1_changed" AS
SELECT a."domain_userid", a."products_added_to_cart_last_7_days", a."total_product_price_clv", a."first_mkt_source", a."last_device_class", TIMESTAMP '2025-02-10 12:00:00' AS updated_at
FROM (SELECT "domain_userid" AS "domain_userid", "x2" AS "products_added_to_cart_last_7_days", "x5" AS "total_product_price_clv", "g2_1" AS "first_mkt_source", "g4_1" AS "last_device_class"
FROM (SELECT "domain_userid", "x2", CASE WHEN "g0_1" IS NULL THEN CAST('0' AS DOUBLE) ELSE "x4" END AS "x5", "g2_1", "g4_1"
FROM (SELECT "domain_userid", CASE WHEN "s0_0_4" IS NULL THEN CAST([] AS VARCHAR[]) ELSE "s0_0_4" END AS "x2", "g0_1", CASE WHEN isfinite(CAST("g0_1" AS DOUBLE)) THEN CAST("g0_1" AS DOUBLE) + 0.0 END AS "x4", "g2_1", "g4_1"
FROM (SELECT b.*, t0."s0_0_4"
FROM (SELECT "domain_userid",
    sum("sum_0") FILTER (WHERE TRUE) AS "g0_1",
    first("first_value_2" ORDER BY "first_at_1" ASC NULLS LAST, "first_at_1" ASC NULLS LAST) FILTER (WHERE (TRUE AND "first_at_1" IS NOT NULL)) AS "g2_1",
    last("last_value_4" ORDER BY "last_at_3" ASC NULLS FIRST, "last_at_3" ASC NULLS FIRST) FILTER (WHERE (TRUE AND "last_at_3" IS NOT NULL)) AS "g4_1"
  FROM (SELECT "domain_userid", "event_date", "sum_0", "first_at_1", "first_value_2", "last_at_3", "last_value_4" FROM "main_derived"."batch_ecommerce_attributes_1_daily_aggregates" WHERE TRUE AND NOT ("event_date" IN (SELECT event_date FROM "sbe_scratch"."main_scratch"."sbe_0_batch_ecommerce_attributes_1_days" WHERE is_processed))
  UNION ALL SELECT "domain_userid", "event_date", "sum_0", "first_at_1", "first_value_2", "last_at_3", "last_value_4" FROM "sbe_scratch"."main_scratch"."sbe_0_batch_ecommerce_attributes_1_daily_aggregates" WHERE TRUE) AS d
  GROUP BY "domain_userid") AS b
LEFT JOIN (SELECT "domain_userid", list(v ORDER BY v ASC NULLS LAST) AS "s0_0_4"
  FROM (SELECT "domain_userid", "value_text" AS v, SUM(value_count) AS n
    FROM (SELECT "domain_userid", "event_date", "slot", "value_count", "value_text" FROM "main_derived"."batch_ecommerce_attributes_1_daily_values" WHERE slot = 0 AND ("event_date" >= DATE '2025-02-03' AND "event_date" < DATE '2025-02-10') AND NOT ("event_date" IN (SELECT event_date FROM "sbe_scratch"."main_scratch"."sbe_0_batch_ecommerce_attributes_1_days" WHERE is_processed))
  UNION ALL SELECT "domain_userid", "event_date", "slot", "value_count", "value_text" FROM "sbe_scratch"."main_scratch"."sbe_0_batch_ecommerce_attributes_1_daily_values" WHERE slot = 0 AND ("event_date" >= DATE '2025-02-03' AND "event_date" < DATE '2025-02-10')) AS d
    GROUP BY "domain_userid", "value_text") AS c
  GROUP BY "domain_userid") AS t0 ON t0."domain_userid" = b."domain_userid") AS l1) AS l2) AS l) AS a
LEFT JOIN "main_derived"."batch_ecommerce_attributes_1_attributes" AS t ON t."domain_userid" = a."domain_userid"
WHERE t."domain_userid" IS NULL
  OR (a."products_added_to_cart_last_7_days" IS DISTINCT FROM t."products_added_to_cart_last_7_days")
  OR (a."total_product_price_clv" IS NULL AND t."total_product_price_clv" IS NOT NULL) OR (a."total_product_price_clv" IS NOT NULL AND t."total_product_price_clv" IS NULL) OR CASE WHEN a."total_product_price_clv" = t."total_product_price_clv" THEN FALSE WHEN (a."total_product_price_clv" < 0) <> (t."total_product_price_clv" < 0) OR ABS(t."total_product_price_clv") < 1e-290 THEN TRUE ELSE ABS(a."total_product_price_clv" - t."total_product_price_clv") > 1e-12 * ABS(t."total_product_price_clv") END
  OR (a."first_mkt_source" IS DISTINCT FROM t."first_mkt_source")
  OR (a."last_device_class" IS DISTINCT FROM t."last_device_class");

-- batch_ecommerce_attributes_1: publish
SELECT token FROM "main_snowplow_manifest"."snowplow_run_lock" WHERE token = 0;

-- batch_ecommerce_attributes_1: publish
SELECT windows FROM "main_snowplow_manifest"."snowplow_incremental_manifest" WHERE model = 'batch_ecommerce_attributes_1' AND windows = 0;

-- batch_ecommerce_attributes_1: publish
SELECT COUNT(*) = 1 FROM "main_snowplow_manifest"."snowplow_run_lock" WHERE token = 0 AND holder IS NOT NULL AND EXISTS (SELECT 1 FROM "main_snowplow_manifest"."snowplow_incremental_manifest" WHERE model = 'batch_ecommerce_attributes_1' AND windows = 0);

-- batch_ecommerce_attributes_1: publish
INSERT INTO "main_derived"."batch_ecommerce_attributes_1_filtered_events" ("event_id", "load_tstamp", "derived_tstamp", "event_date", "domain_userid", "name_text_0", "price_double_1", "mkt_source_text_2", "device_class_text_3", "match_0", "match_1")
SELECT "event_id", "load_tstamp", "derived_tstamp", "event_date", "domain_userid", "name_text_0", "price_double_1", "mkt_source_text_2", "device_class_text_3", "match_0", "match_1" FROM "sbe_scratch"."main_scratch"."sbe_0_batch_ecommerce_attributes_1_new_events";

-- batch_ecommerce_attributes_1: publish
DELETE FROM "main_derived"."batch_ecommerce_attributes_1_daily_aggregates" WHERE "event_date" IN (SELECT event_date FROM "sbe_scratch"."main_scratch"."sbe_0_batch_ecommerce_attributes_1_days" WHERE is_processed);

-- batch_ecommerce_attributes_1: publish
INSERT INTO "main_derived"."batch_ecommerce_attributes_1_daily_aggregates" ("domain_userid", "event_date", "sum_0", "first_at_1", "first_value_2", "last_at_3", "last_value_4")
SELECT s."domain_userid", s."event_date", s."sum_0", s."first_at_1", s."first_value_2", s."last_at_3", s."last_value_4"
FROM "sbe_scratch"."main_scratch"."sbe_0_batch_ecommerce_attributes_1_daily_aggregates" AS s;

-- batch_ecommerce_attributes_1: publish
DELETE FROM "main_derived"."batch_ecommerce_attributes_1_daily_values" WHERE "event_date" IN (SELECT event_date FROM "sbe_scratch"."main_scratch"."sbe_0_batch_ecommerce_attributes_1_days" WHERE is_processed);

-- batch_ecommerce_attributes_1: publish
INSERT INTO "main_derived"."batch_ecommerce_attributes_1_daily_values" ("domain_userid", "event_date", "slot", "value_count", "value_text")
SELECT s."domain_userid", s."event_date", s."slot", s."value_count", s."value_text"
FROM "sbe_scratch"."main_scratch"."sbe_0_batch_ecommerce_attributes_1_daily_values" AS s;

-- batch_ecommerce_attributes_1: publish
DELETE FROM "main_snowplow_manifest"."snowplow_daily_aggregation_manifest" WHERE EXISTS (SELECT 1 FROM "sbe_scratch"."main_scratch"."sbe_0_batch_ecommerce_attributes_1_days" AS s WHERE s."model" = "main_snowplow_manifest"."snowplow_daily_aggregation_manifest"."model" AND s."event_date" = "main_snowplow_manifest"."snowplow_daily_aggregation_manifest"."event_date");

-- batch_ecommerce_attributes_1: publish
INSERT INTO "main_snowplow_manifest"."snowplow_daily_aggregation_manifest" ("model", "event_date", "processed_events", "skipped_events", "last_load_tstamp")
SELECT s."model", s."event_date", s."processed_events", s."skipped_events", s."last_load_tstamp"
FROM "sbe_scratch"."main_scratch"."sbe_0_batch_ecommerce_attributes_1_days" AS s;

-- batch_ecommerce_attributes_1: publish
DELETE FROM "main_derived"."batch_ecommerce_attributes_1_attributes" WHERE "domain_userid" IN (SELECT s."domain_userid" FROM "sbe_scratch"."main_scratch"."sbe_0_batch_ecommerce_attributes_1_changed" AS s);

-- batch_ecommerce_attributes_1: publish
INSERT INTO "main_derived"."batch_ecommerce_attributes_1_attributes" ("domain_userid", "products_added_to_cart_last_7_days", "total_product_price_clv", "first_mkt_source", "last_device_class", "updated_at")
SELECT s."domain_userid", s."products_added_to_cart_last_7_days", s."total_product_price_clv", s."first_mkt_source", s."last_device_class", s."updated_at"
FROM "sbe_scratch"."main_scratch"."sbe_0_batch_ecommerce_attributes_1_changed" AS s;

-- batch_ecommerce_attributes_1: publish
DELETE FROM "main_snowplow_manifest"."snowplow_incremental_manifest" WHERE "model" IN (SELECT s."model" FROM (SELECT 'batch_ecommerce_attributes_1' AS model, TIMESTAMP '2025-01-03 00:00:00' AS first_success, TIMESTAMP '2025-01-03 00:00:00' AS last_success, 'df924e92aded2fac' AS definition_hash, CAST(NULL AS TIMESTAMP) AS refresh_until, 1 AS windows, TIMESTAMP '2025-02-10 12:00:00' AS attributes_as_of, TIMESTAMP '2025-02-10 00:00:00' AS attributes_until, FALSE AS attributes_stale, CAST(NULL AS TIMESTAMP) AS rollup_through, 'entity key: domain_userid from domain_userid
start_date: 2025-01-01
app_id: web
events table: atomic.events
attribute products_added_to_cart_last_7_days: products_added_to_cart_last_7_days string_list = unique_list(contexts_com_snowplowanalytics_snowplow_ecommerce_product_1[0]."name") of com.snowplowanalytics.snowplow/snowplow_ecommerce_action/1-0-2 where all(unstruct_event_com_snowplowanalytics_snowplow_ecommerce_snowplow_ecommerce_action_1."type" = "add_to_cart"), 7 days
attribute total_product_price_clv: total_product_price_clv double = sum(contexts_com_snowplowanalytics_snowplow_ecommerce_product_1[0]."price") of com.snowplowanalytics.snowplow/snowplow_ecommerce_action/1-0-2 where all(unstruct_event_com_snowplowanalytics_snowplow_ecommerce_snowplow_ecommerce_action_1."type" = "add_to_cart"), lifetime
attribute first_mkt_source: first_mkt_source string = first(mkt_source) of com.snowplowanalytics.snowplow/page_view/1-0-0, lifetime
attribute last_device_class: last_device_class string = last(contexts_nl_basjes_yauaa_context_1[0]."deviceClass") of com.snowplowanalytics.snowplow/page_view/1-0-0, lifetime
' AS definition, 1 AS layout) AS s);

-- batch_ecommerce_attributes_1: publish
INSERT INTO "main_snowplow_manifest"."snowplow_incremental_manifest" ("model", "first_success", "last_success", "definition_hash", "refresh_until", "windows", "attributes_as_of", "attributes_until", "attributes_stale", "rollup_through", "definition", "layout")
SELECT s."model", s."first_success", s."last_success", s."definition_hash", s."refresh_until", s."windows", s."attributes_as_of", s."attributes_until", s."attributes_stale", s."rollup_through", s."definition", s."layout"
FROM (SELECT 'batch_ecommerce_attributes_1' AS model, TIMESTAMP '2025-01-03 00:00:00' AS first_success, TIMESTAMP '2025-01-03 00:00:00' AS last_success, 'df924e92aded2fac' AS definition_hash, CAST(NULL AS TIMESTAMP) AS refresh_until, 1 AS windows, TIMESTAMP '2025-02-10 12:00:00' AS attributes_as_of, TIMESTAMP '2025-02-10 00:00:00' AS attributes_until, FALSE AS attributes_stale, CAST(NULL AS TIMESTAMP) AS rollup_through, 'entity key: domain_userid from domain_userid
start_date: 2025-01-01
app_id: web
events table: atomic.events
attribute products_added_to_cart_last_7_days: products_added_to_cart_last_7_days string_list = unique_list(contexts_com_snowplowanalytics_snowplow_ecommerce_product_1[0]."name") of com.snowplowanalytics.snowplow/snowplow_ecommerce_action/1-0-2 where all(unstruct_event_com_snowplowanalytics_snowplow_ecommerce_snowplow_ecommerce_action_1."type" = "add_to_cart"), 7 days
attribute total_product_price_clv: total_product_price_clv double = sum(contexts_com_snowplowanalytics_snowplow_ecommerce_product_1[0]."price") of com.snowplowanalytics.snowplow/snowplow_ecommerce_action/1-0-2 where all(unstruct_event_com_snowplowanalytics_snowplow_ecommerce_snowplow_ecommerce_action_1."type" = "add_to_cart"), lifetime
attribute first_mkt_source: first_mkt_source string = first(mkt_source) of com.snowplowanalytics.snowplow/page_view/1-0-0, lifetime
attribute last_device_class: last_device_class string = last(contexts_nl_basjes_yauaa_context_1[0]."deviceClass") of com.snowplowanalytics.snowplow/page_view/1-0-0, lifetime
' AS definition, 1 AS layout) AS s;

