-- shared: scan
DROP TABLE IF EXISTS "shop_scratch"."sbe_0_scan_0";

-- shared: scan
CREATE TABLE "shop_scratch"."sbe_0_scan_0" AS
SELECT "x1" AS "event_id", "x3" AS "load_tstamp", "x5" AS "dvce_created_tstamp", "x7" AS "collector_tstamp", "x9" AS "derived_tstamp", "x10" AS "event_date", "x12" AS "k0", "x13" AS "c0", "x18" AS "m0", "x26" AS "m1", "x32" AS "m2"
FROM (SELECT "x1", "x3", "x5", "x7", "x9", "x10", "x12", "x13", "x18", CASE WHEN (("x21" = CAST('1024' AS DOUBLE PRECISION))
 OR (("x21" > CAST('9007199254740993' AS DOUBLE PRECISION) OR ("x21" = CAST('9007199254740993' AS DOUBLE PRECISION) AND "x22" > CAST('9007199254740993' AS DECIMAL(38, 9)))))
 OR ("x21" >= CAST('1024' AS DOUBLE PRECISION))
 OR (("x20" IN ('many') OR "x21" IN (CAST('2' AS DOUBLE PRECISION), CAST('1' AS DOUBLE PRECISION))))
 OR (CASE WHEN "x25" = CAST('1000' AS DOUBLE PRECISION) THEN FALSE ELSE TRUE END)
 OR ("x25" < CAST('-1.5' AS DOUBLE PRECISION))) THEN TRUE ELSE FALSE END AS "x26", CASE WHEN ("x29" = TRUE)
 AND (("x31" >= TIMESTAMP '2025-01-31 00:00:00')
 OR (("x31" IN (TIMESTAMP '2025-01-31 10:00:00')))) THEN TRUE ELSE FALSE END AS "x32"
FROM (SELECT "x1", "x3", "x5", "x7", "x9", CAST("x9" AS DATE) AS "x10", "x12", CASE WHEN "x12" IS NOT NULL THEN TRUE ELSE FALSE END AS "x13", CASE WHEN (CASE WHEN "x15" = 'back\slash' THEN FALSE ELSE TRUE END)
 AND ((("x15" < 'm') AND "x15" IS NOT NULL))
 AND ((NOT ('' < "x15") AND "x15" IS NOT NULL))
 AND ("x15" = 'O''Brien')
 AND ("x16" = CAST('5' AS DOUBLE PRECISION))
 AND ("x17" = TRUE)
 AND ((('{0}' < "x15") AND "x15" IS NOT NULL))
 AND ((NOT ("x15" < 'é') AND "x15" IS NOT NULL))
 AND (("x15" IN ('a', 'b''c')))
 AND ("p6" IS NOT NULL)
 AND ("p6" IS NULL)
 AND (("x15" LIKE '50%_''') AND "x15" IS NOT NULL)
 AND (CASE WHEN ("x15" IN ('a') OR "x16" IN (CAST('5' AS DOUBLE PRECISION))) THEN FALSE ELSE TRUE END)
 AND (CASE WHEN ("x15" LIKE '%') AND "x15" IS NOT NULL THEN FALSE ELSE TRUE END) THEN TRUE ELSE FALSE END AS "x18", "x20", TRY_CAST("x20" AS DOUBLE PRECISION) AS "x21", TRY_CAST("x20" AS DECIMAL(38, 9)) AS "x22", TRY_CAST("x24" AS DOUBLE PRECISION) AS "x25", TRY_CAST("x28" AS BOOLEAN) AS "x29", "x31"
FROM (SELECT "p0" AS "x1", "p1" AS "x3", "p2" AS "x5", "p3" AS "x7", "p4" AS "x9", "p5" AS "x12", "p6", "p6" AS "x15", TRY_CAST("p6" AS DOUBLE PRECISION) AS "x16", TRY_CAST("p6" AS BOOLEAN) AS "x17", CAST("p7" AS VARCHAR) AS "x20", CAST("p8" AS VARCHAR) AS "x24", CAST("p9" AS VARCHAR) AS "x28", "p10" AS "x31"
FROM (SELECT "event_id" AS "p0", "load_tstamp" AS "p1", "dvce_created_tstamp" AS "p2", "collector_tstamp" AS "p3", "derived_tstamp" AS "p4", "domain_userid" AS "p5", "page_title" AS "p6", "br_viewwidth" AS "p7", "tr_total" AS "p8", "br_cookies" AS "p9", "refr_dvce_tstamp" AS "p10" FROM "atomic"."events" WHERE "load_tstamp" >= TIMESTAMP '2025-01-01 00:00:00' AND "load_tstamp" < TIMESTAMP '2025-01-03 00:00:00') AS l1) AS l2) AS l3) AS l
WHERE "x1" IS NOT NULL AND "x3" >= TIMESTAMP '2025-01-01 00:00:00' AND "x9" >= TIMESTAMP '2025-01-01 00:00:00' AND "x9" <= TIMESTAMP '9999-12-31 23:59:59.999999'
 AND ("x13");

