-- all_of_them_1: daily_aggregates
DROP TABLE IF EXISTS "shop_scratch"."sbe_0_all_of_them_1_daily_aggregates";

-- all_of_them_1: daily_aggregates
CREATE TABLE "shop_scratch"."sbe_0_all_of_them_1_daily_aggregates" ("domain_userid" VARCHAR, "event_date" DATE, "count_0" BIGINT, "sum_1" DECIMAL(38, 0), "min_2" DOUBLE PRECISION, "max_3" VARCHAR, "sum_4" DOUBLE PRECISION, "n_5" BIGINT, "first_at_6" TIMESTAMP, "first_value_7" VARCHAR, "last_at_8" TIMESTAMP, "last_value_9" VARCHAR, "first_at_10" TIMESTAMP);

-- all_of_them_1: daily_aggregates
INSERT INTO "shop_scratch"."sbe_0_all_of_them_1_daily_aggregates" ("domain_userid", "event_date", "count_0", "sum_1", "min_2", "max_3", "sum_4", "n_5", "first_at_6", "first_value_7", "last_at_8", "last_value_9", "first_at_10")
SELECT "domain_userid", "event_date",
  COUNT(CASE WHEN "match_0" THEN 1 END) AS "count_0",
  SUM(CASE WHEN "match_0" THEN "br_viewwidth_int64_0" END) AS "sum_1",
  MIN(CASE WHEN "match_0" THEN "tr_total_double_1" END) AS "min_2",
  MAX(CASE WHEN "match_0" THEN "page_urlpath_text_2" END) AS "max_3",
  SUM(CASE WHEN "match_0" THEN "br_viewwidth_double_3" END) AS "sum_4",
  COUNT(CASE WHEN "match_0" THEN "br_viewwidth_double_3" END) AS "n_5",
  MIN(CASE WHEN ("match_0" AND "mkt_source_text_4" IS NOT NULL) THEN "derived_tstamp" END) AS "first_at_6",
  FIRST_BY("mkt_source_text_4", "derived_tstamp", "event_id") FILTER (WHERE ("match_0" AND "mkt_source_text_4" IS NOT NULL)) AS "first_value_7",
  MAX(CASE WHEN "match_0" THEN "derived_tstamp" END) AS "last_at_8",
  LAST_BY("mkt_source_text_4", "derived_tstamp", "event_id") FILTER (WHERE "match_0") AS "last_value_9",
  MIN(CASE WHEN "match_0" THEN "derived_tstamp" END) AS "first_at_10"
FROM (SELECT "event_id", "load_tstamp", "derived_tstamp", "event_date", "domain_userid", "br_viewwidth_int64_0", "tr_total_double_1", "page_urlpath_text_2", "br_viewwidth_double_3", "mkt_source_text_4", "br_viewwidth_int32_5", "match_0" FROM "shop_derived"."all_of_them_1_filtered_events" WHERE "event_date" IN (SELECT event_date FROM "shop_scratch"."sbe_0_all_of_them_1_days" WHERE is_processed)
  UNION ALL
  SELECT "event_id", "load_tstamp", "derived_tstamp", "event_date", "domain_userid", "br_viewwidth_int64_0", "tr_total_double_1", "page_urlpath_text_2", "br_viewwidth_double_3", "mkt_source_text_4", "br_viewwidth_int32_5", "match_0" FROM "shop_scratch"."sbe_0_all_of_them_1_new_events" WHERE "event_date" IN (SELECT event_date FROM "shop_scratch"."sbe_0_all_of_them_1_days" WHERE is_processed)) AS e
WHERE "match_0"
GROUP BY "domain_userid", "event_date";

-- all_of_them_1: daily_aggregates
DROP TABLE IF EXISTS "shop_scratch"."sbe_0_all_of_them_1_daily_values";

-- all_of_them_1: daily_aggregates
CREATE TABLE "shop_scratch"."sbe_0_all_of_them_1_daily_values" ("domain_userid" VARCHAR, "event_date" DATE, "slot" INTEGER, "value_count" BIGINT, "value_text" VARCHAR, "value_int32" INTEGER);

-- all_of_them_1: daily_aggregates
INSERT INTO "shop_scratch"."sbe_0_all_of_them_1_daily_values" ("domain_userid", "event_date", "slot", "value_count", "value_text", "value_int32")
SELECT "domain_userid", "event_date", 0 AS slot, COUNT(*) AS value_count, "page_urlpath_text_2" AS "value_text", CAST(NULL AS INTEGER) AS "value_int32"
FROM (SELECT "event_id", "load_tstamp", "derived_tstamp", "event_date", "domain_userid", "br_viewwidth_int64_0", "tr_total_double_1", "page_urlpath_text_2", "br_viewwidth_double_3", "mkt_source_text_4", "br_viewwidth_int32_5", "match_0" FROM "shop_derived"."all_of_them_1_filtered_events" WHERE "event_date" IN (SELECT event_date FROM "shop_scratch"."sbe_0_all_of_them_1_days" WHERE is_processed)
  UNION ALL
  SELECT "event_id", "load_tstamp", "derived_tstamp", "event_date", "domain_userid", "br_viewwidth_int64_0", "tr_total_double_1", "page_urlpath_text_2", "br_viewwidth_double_3", "mkt_source_text_4", "br_viewwidth_int32_5", "match_0" FROM "shop_scratch"."sbe_0_all_of_them_1_new_events" WHERE "event_date" IN (SELECT event_date FROM "shop_scratch"."sbe_0_all_of_them_1_days" WHERE is_processed)) AS e
WHERE "match_0" AND "page_urlpath_text_2" IS NOT NULL
GROUP BY "domain_userid", "event_date", "page_urlpath_text_2"
UNION ALL
SELECT "domain_userid", "event_date", 1 AS slot, COUNT(*) AS value_count, CAST(NULL AS VARCHAR) AS "value_text", "br_viewwidth_int32_5" AS "value_int32"
FROM (SELECT "event_id", "load_tstamp", "derived_tstamp", "event_date", "domain_userid", "br_viewwidth_int64_0", "tr_total_double_1", "page_urlpath_text_2", "br_viewwidth_double_3", "mkt_source_text_4", "br_viewwidth_int32_5", "match_0" FROM "shop_derived"."all_of_them_1_filtered_events" WHERE "event_date" IN (SELECT event_date FROM "shop_scratch"."sbe_0_all_of_them_1_days" WHERE is_processed)
  UNION ALL
  SELECT "event_id", "load_tstamp", "derived_tstamp", "event_date", "domain_userid", "br_viewwidth_int64_0", "tr_total_double_1", "page_urlpath_text_2", "br_viewwidth_double_3", "mkt_source_text_4", "br_viewwidth_int32_5", "match_0" FROM "shop_scratch"."sbe_0_all_of_them_1_new_events" WHERE "event_date" IN (SELECT event_date FROM "shop_scratch"."sbe_0_all_of_them_1_days" WHERE is_processed)) AS e
WHERE "match_0" AND "br_viewwidth_int32_5" IS NOT NULL
GROUP BY "domain_userid", "event_date", "br_viewwidth_int32_5";

-- all_of_them_1: attributes
DROP TABLE IF EXISTS "shop_scratch"."sbe_0_all_of_them_1_changed";

-- all_of_them_1: attributes
CREATE TABLE "shop_scratch"."sbe_0_all_of_them_1_changed" AS
SELECT a."domain_userid", a."a_counter", a."a_sum", a."a_min", a."a_max", a."a_mean", a."a_first", a."a_last", a."a_unique_list", a."a_most_frequent", a."a_least_frequent", a."an_approx_count_distinct", a."a_category_count", a."a_time_since_last", a."a_time_since_first", TIMESTAMP '2025-02-10 12:00:00' AS updated_at
FROM (SELECT "domain_userid" AS "domain_userid", "x4" AS "a_counter", "x8" AS "a_sum", "x11" AS "a_min", "x13" AS "a_max", "x19" AS "a_mean", "g7_1" AS "a_first", "x22" AS "a_last", "x24" AS "a_unique_list", "s0_1_5" AS "a_most_frequent", "s1_0_6" AS "a_least_frequent", "x30" AS "an_approx_count_distinct", "x32" AS "a_category_count", "x38" AS "a_time_since_last", "x44" AS "a_time_since_first"
FROM (SELECT "domain_userid", "x4", "x8", "x11", "x13", "x19", "g7_1", "x22", "x24", "s0_1_5", "s1_0_6", "x30", "x32", TRY_CAST("x37" AS INTEGER) AS "x38", TRY_CAST("x43" AS DOUBLE PRECISION) AS "x44"
FROM (SELECT "domain_userid", "x4", "x8", "x11", "x13", CASE WHEN "g4_0" IS NULL THEN CAST('-1' AS INTEGER) ELSE "x18" END AS "x19", "g7_1", "x22", "x24", "s0_1_5", "s1_0_6", "x30", "x32", CAST("x36" AS VARCHAR) AS "x37", CAST("x42" AS VARCHAR) AS "x43"
FROM (SELECT "domain_userid", CASE WHEN "g0_0" IS NULL OR "g0_0" = 0 THEN CAST('0' AS INTEGER) ELSE "x3" END AS "x4", CASE WHEN "g1_1" IS NULL THEN CAST('0' AS BIGINT) ELSE "x7" END AS "x8", "x11", "x13", "g4_0", TRY_CAST("x17" AS INTEGER) AS "x18", "g7_1", "x22", "x24", "s0_1_5", "s1_0_6", CASE WHEN "s0_0_7" IS NULL THEN CAST('0' AS BIGINT) ELSE "x29" END AS "x30", "x32", DIV("x35", 3600000000) AS "x36", CAST("x41" AS DOUBLE PRECISION) / CAST(86400000000 AS DOUBLE PRECISION) AS "x42"
FROM (SELECT "domain_userid", "g0_0", TRY_CAST("x2" AS INTEGER) AS "x3", "g1_1", TRY_CAST("x6" AS BIGINT) AS "x7", TRY_CAST("x10" AS DOUBLE PRECISION) AS "x11", "x13", "g4_0", CAST("x16" AS VARCHAR) AS "x17", "g7_1", "x22", "x24", "s0_1_5", "s1_0_6", "s0_0_7", TRY_CAST("x28" AS BIGINT) AS "x29", "x32", CASE WHEN "x34" < 0 THEN 0 ELSE "x34" END AS "x35", CASE WHEN "x40" < 0 THEN 0 ELSE "x40" END AS "x41"
FROM (SELECT "domain_userid", "g0_0", CAST("g0_0" AS VARCHAR) AS "x2", "g1_1", CAST("g1_1" AS VARCHAR) AS "x6", CAST("g2_2" AS VARCHAR) AS "x10", "g3_1" AS "x13", "g4_0", CASE WHEN "g5_0" > 0 THEN ("g4_0" / "g5_0") END AS "x16", "g7_1", CASE WHEN "g9_1" IS NULL THEN 'O''Brien' ELSE "g9_1" END AS "x22", CASE WHEN "s0_0_4" IS NULL THEN CAST(ARRAY[] AS VARCHAR ARRAY) ELSE "s0_0_4" END AS "x24", "s0_1_5", "s1_0_6", "s0_0_7", CAST("s0_0_7" AS VARCHAR) AS "x28", CASE WHEN "s0_1_8" IS NULL THEN CAST('{"none":0}' AS JSON) ELSE "s0_1_8" END AS "x32", MICROSECONDS_BETWEEN("g8_1", TIMESTAMP '2025-02-10 12:00:00') AS "x34", MICROSECONDS_BETWEEN("g10_2", TIMESTAMP '2025-02-10 12:00:00') AS "x40"
FROM (SELECT b.*, t7."s0_0_4", t8."s0_1_5", t9."s1_0_6", t10."s0_0_7", t11."s0_1_8"
FROM (SELECT "domain_userid",
    SUM(CASE WHEN ("event_date" >= DATE '2025-02-03' AND "event_date" < DATE '2025-02-10') THEN "count_0" END) AS "g0_0",
    SUM(CASE WHEN TRUE THEN "sum_1" END) AS "g1_1",
    MIN(CASE WHEN ("event_date" >= DATE '2025-01-11' AND "event_date" < DATE '2025-02-10') THEN "min_2" END) AS "g2_2",
    MAX(CASE WHEN TRUE THEN "max_3" END) AS "g3_1",
    SUM(CASE WHEN ("event_date" >= DATE '2025-02-03' AND "event_date" < DATE '2025-02-10') THEN "sum_4" END) AS "g4_0",
    SUM(CASE WHEN ("event_date" >= DATE '2025-02-03' AND "event_date" < DATE '2025-02-10') THEN "n_5" END) AS "g5_0",
    FIRST_BY("first_value_7", "first_at_6", "first_at_6") FILTER (WHERE (TRUE AND "first_at_6" IS NOT NULL)) AS "g7_1",
    LAST_BY("last_value_9", "last_at_8", "last_at_8") FILTER (WHERE (TRUE AND "last_at_8" IS NOT NULL)) AS "g9_1",
    MAX(CASE WHEN TRUE THEN "last_at_8" END) AS "g8_1",
    MIN(CASE WHEN ("event_date" >= DATE '2025-01-11' AND "event_date" < DATE '2025-02-10') THEN "first_at_10" END) AS "g10_2"
  FROM (SELECT "domain_userid", "event_date", "count_0", "sum_1", "min_2", "max_3", "sum_4", "n_5", "first_at_6", "first_value_7", "last_at_8", "last_value_9", "first_at_10" FROM "shop_derived"."all_of_them_1_daily_aggregates" WHERE TRUE AND NOT ("event_date" IN (SELECT event_date FROM "shop_scratch"."sbe_0_all_of_them_1_days" WHERE is_processed))
  UNION ALL SELECT "domain_userid", "event_date", "count_0", "sum_1", "min_2", "max_3", "sum_4", "n_5", "first_at_6", "first_value_7", "last_at_8", "last_value_9", "first_at_10" FROM "shop_scratch"."sbe_0_all_of_them_1_daily_aggregates" WHERE TRUE) AS d
  GROUP BY "domain_userid") AS b
LEFT JOIN (SELECT "domain_userid", ARRAY_AGG(v ORDER BY v) AS "s0_0_4"
  FROM (SELECT "domain_userid", "value_text" AS v, SUM(value_count) AS n
    FROM (SELECT "domain_userid", "event_date", "slot", "value_count", "value_text", "value_int32" FROM "shop_derived"."all_of_them_1_daily_values" WHERE slot = 0 AND ("event_date" >= DATE '2025-02-03' AND "event_date" < DATE '2025-02-10') AND NOT ("event_date" IN (SELECT event_date FROM "shop_scratch"."sbe_0_all_of_them_1_days" WHERE is_processed))
  UNION ALL SELECT "domain_userid", "event_date", "slot", "value_count", "value_text", "value_int32" FROM "shop_scratch"."sbe_0_all_of_them_1_daily_values" WHERE slot = 0 AND ("event_date" >= DATE '2025-02-03' AND "event_date" < DATE '2025-02-10')) AS d
    GROUP BY "domain_userid", "value_text") AS c
  GROUP BY "domain_userid") AS t7 ON t7."domain_userid" = b."domain_userid"
LEFT JOIN (SELECT "domain_userid", v AS "s0_1_5"
  FROM (SELECT "domain_userid", v, n, ROW_NUMBER() OVER (PARTITION BY "domain_userid" ORDER BY n DESC, v ASC) AS row_rank
    FROM (SELECT "domain_userid", "value_text" AS v, SUM(value_count) AS n
    FROM (SELECT "domain_userid", "event_date", "slot", "value_count", "value_text", "value_int32" FROM "shop_derived"."all_of_them_1_daily_values" WHERE slot = 0 AND TRUE AND NOT ("event_date" IN (SELECT event_date FROM "shop_scratch"."sbe_0_all_of_them_1_days" WHERE is_processed))
  UNION ALL SELECT "domain_userid", "event_date", "slot", "value_count", "value_text", "value_int32" FROM "shop_scratch"."sbe_0_all_of_them_1_daily_values" WHERE slot = 0 AND TRUE) AS d
    GROUP BY "domain_userid", "value_text") AS c) AS r
  WHERE row_rank = 1) AS t8 ON t8."domain_userid" = b."domain_userid"
LEFT JOIN (SELECT "domain_userid", v AS "s1_0_6"
  FROM (SELECT "domain_userid", v, n, ROW_NUMBER() OVER (PARTITION BY "domain_userid" ORDER BY n ASC, v ASC) AS row_rank
    FROM (SELECT "domain_userid", "value_int32" AS v, SUM(value_count) AS n
    FROM (SELECT "domain_userid", "event_date", "slot", "value_count", "value_text", "value_int32" FROM "shop_derived"."all_of_them_1_daily_values" WHERE slot = 1 AND ("event_date" >= DATE '2025-02-03' AND "event_date" < DATE '2025-02-10') AND NOT ("event_date" IN (SELECT event_date FROM "shop_scratch"."sbe_0_all_of_them_1_days" WHERE is_processed))
  UNION ALL SELECT "domain_userid", "event_date", "slot", "value_count", "value_text", "value_int32" FROM "shop_scratch"."sbe_0_all_of_them_1_daily_values" WHERE slot = 1 AND ("event_date" >= DATE '2025-02-03' AND "event_date" < DATE '2025-02-10')) AS d
    GROUP BY "domain_userid", "value_int32") AS c) AS r
  WHERE row_rank = 1) AS t9 ON t9."domain_userid" = b."domain_userid"
LEFT JOIN (SELECT "domain_userid", COUNT(*) AS "s0_0_7"
  FROM (SELECT "domain_userid", "value_text" AS v, SUM(value_count) AS n
    FROM (SELECT "domain_userid", "event_date", "slot", "value_count", "value_text", "value_int32" FROM "shop_derived"."all_of_them_1_daily_values" WHERE slot = 0 AND ("event_date" >= DATE '2025-02-03' AND "event_date" < DATE '2025-02-10') AND NOT ("event_date" IN (SELECT event_date FROM "shop_scratch"."sbe_0_all_of_them_1_days" WHERE is_processed))
  UNION ALL SELECT "domain_userid", "event_date", "slot", "value_count", "value_text", "value_int32" FROM "shop_scratch"."sbe_0_all_of_them_1_daily_values" WHERE slot = 0 AND ("event_date" >= DATE '2025-02-03' AND "event_date" < DATE '2025-02-10')) AS d
    GROUP BY "domain_userid", "value_text") AS c
  GROUP BY "domain_userid") AS t10 ON t10."domain_userid" = b."domain_userid"
LEFT JOIN (SELECT "domain_userid", JSON_OBJECTAGG(v VALUE n ORDER BY v) AS "s0_1_8"
  FROM (SELECT "domain_userid", v, n, ROW_NUMBER() OVER (PARTITION BY "domain_userid" ORDER BY n DESC, v ASC) AS row_rank
    FROM (SELECT "domain_userid", "value_text" AS v, SUM(value_count) AS n
    FROM (SELECT "domain_userid", "event_date", "slot", "value_count", "value_text", "value_int32" FROM "shop_derived"."all_of_them_1_daily_values" WHERE slot = 0 AND TRUE AND NOT ("event_date" IN (SELECT event_date FROM "shop_scratch"."sbe_0_all_of_them_1_days" WHERE is_processed))
  UNION ALL SELECT "domain_userid", "event_date", "slot", "value_count", "value_text", "value_int32" FROM "shop_scratch"."sbe_0_all_of_them_1_daily_values" WHERE slot = 0 AND TRUE) AS d
    GROUP BY "domain_userid", "value_text") AS c) AS r
  WHERE row_rank <= 100
  GROUP BY "domain_userid") AS t11 ON t11."domain_userid" = b."domain_userid") AS l1) AS l2) AS l3) AS l4) AS l5) AS l) AS a
LEFT JOIN "shop_derived"."all_of_them_1_attributes" AS t ON t."domain_userid" = a."domain_userid"
WHERE t."domain_userid" IS NULL
  OR (a."a_counter" IS DISTINCT FROM t."a_counter")
  OR (a."a_sum" IS DISTINCT FROM t."a_sum")
  OR (a."a_min" IS NULL AND t."a_min" IS NOT NULL) OR (a."a_min" IS NOT NULL AND t."a_min" IS NULL) OR CASE WHEN a."a_min" = t."a_min" THEN FALSE WHEN (a."a_min" < 0) <> (t."a_min" < 0) OR ABS(t."a_min") < 1e-290 THEN TRUE ELSE ABS(a."a_min" - t."a_min") > 1e-12 * ABS(t."a_min") END
  OR (a."a_max" IS DISTINCT FROM t."a_max")
  OR (a."a_mean" IS DISTINCT FROM t."a_mean")
  OR (a."a_first" IS DISTINCT FROM t."a_first")
  OR (a."a_last" IS DISTINCT FROM t."a_last")
  OR (a."a_unique_list" IS DISTINCT FROM t."a_unique_list")
  OR (a."a_most_frequent" IS DISTINCT FROM t."a_most_frequent")
  OR (a."a_least_frequent" IS DISTINCT FROM t."a_least_frequent")
  OR (a."an_approx_count_distinct" IS DISTINCT FROM t."an_approx_count_distinct")
  OR (a."a_category_count" IS DISTINCT FROM t."a_category_count")
  OR (a."a_time_since_last" IS DISTINCT FROM t."a_time_since_last")
  OR (a."a_time_since_first" IS NULL AND t."a_time_since_first" IS NOT NULL) OR (a."a_time_since_first" IS NOT NULL AND t."a_time_since_first" IS NULL) OR CASE WHEN a."a_time_since_first" = t."a_time_since_first" THEN FALSE WHEN (a."a_time_since_first" < 0) <> (t."a_time_since_first" < 0) OR ABS(t."a_time_since_first") < 1e-290 THEN TRUE ELSE ABS(a."a_time_since_first" - t."a_time_since_first") > 1e-12 * ABS(t."a_time_since_first") END;

