-- shared: scan
DROP TABLE IF EXISTS "sbe_scratch"."main_scratch"."sbe_0_scan_0";

-- shared: scan
CREATE TABLE "sbe_scratch"."main_scratch"."sbe_0_scan_0" AS
SELECT "x1" AS "event_id", "x3" AS "load_tstamp", "x5" AS "dvce_created_tstamp", "x7" AS "collector_tstamp", "x9" AS "derived_tstamp", "x10" AS "event_date", "x12" AS "k0", "x13" AS "c0", "x18" AS "m0", "x25" AS "m1", "x30" AS "m2"
FROM (SELECT "x1", "x3", "x5", "x7", "x9", CAST("x9" AS DATE) AS "x10", "x12", CASE WHEN "x12" IS NOT NULL THEN TRUE ELSE FALSE END AS "x13", CASE WHEN (CASE WHEN "x15" = 'back\slash' THEN FALSE ELSE TRUE END)
 AND ((("x15" < 'm') AND "x15" IS NOT NULL))
 AND ((NOT ('' < "x15") AND "x15" IS NOT NULL))
 AND ("x15" = 'O''Brien')
 AND ("x16" = CAST('5' AS DOUBLE))
 AND ("x17" = TRUE)
 AND ((('{0}' < "x15") AND "x15" IS NOT NULL))
 AND ((NOT ("x15" < 'é') AND "x15" IS NOT NULL))
 AND (("x15" IN ('a', 'b''c')))
 AND ("p6" IS NOT NULL)
 AND ("p6" IS NULL)
 AND (("x15" LIKE '50%_''') AND "x15" IS NOT NULL)
 AND (CASE WHEN ("x15" IN ('a') OR "x16" IN (CAST('5' AS DOUBLE))) THEN FALSE ELSE TRUE END)
 AND (CASE WHEN ("x15" LIKE '%') AND "x15" IS NOT NULL THEN FALSE ELSE TRUE END) THEN TRUE ELSE FALSE END AS "x18", CASE WHEN (("x20" = CAST('1024' AS DOUBLE))
 OR (("x20" > CAST('9007199254740993' AS DOUBLE) OR ("x20" = CAST('9007199254740993' AS DOUBLE) AND "x21" > CAST('9007199254740993' AS DECIMAL(38,9)))))
 OR ("x20" >= CAST('1024' AS DOUBLE))
 OR (("x22" IN ('many') OR "x20" IN (CAST('2' AS DOUBLE), CAST('1' AS DOUBLE))))
 OR (CASE WHEN "x24" = CAST('1000' AS DOUBLE) THEN FALSE ELSE TRUE END)
 OR ("x24" < CAST('-1.5' AS DOUBLE))) THEN TRUE ELSE FALSE END AS "x25", CASE WHEN ("x27" = TRUE)
 AND (("x29" >= TIMESTAMP '2025-01-31 00:00:00')
 OR (("x29" IN (TIMESTAMP '2025-01-31 10:00:00')))) THEN TRUE ELSE FALSE END AS "x30"
FROM (SELECT "p0" AS "x1", CASE WHEN isfinite("p1") THEN "p1" END AS "x3", CASE WHEN isfinite("p2") THEN "p2" END AS "x5", CASE WHEN isfinite("p3") THEN "p3" END AS "x7", CASE WHEN isfinite("p4") THEN "p4" END AS "x9", "p5" AS "x12", "p6", "p6" AS "x15", CASE WHEN isfinite(TRY_CAST("p6" AS DOUBLE)) AND NOT contains("p6", '_') AND NOT contains("p6", '+-') THEN TRY_CAST("p6" AS DOUBLE) + 0.0 END AS "x16", CASE lower(trim("p6", e' \t\n\v\f\r')) WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE ELSE CASE CASE WHEN isfinite(TRY_CAST("p6" AS DOUBLE)) AND NOT contains("p6", '_') AND NOT contains("p6", '+-') THEN TRY_CAST("p6" AS DOUBLE) + 0.0 END WHEN 0 THEN FALSE WHEN 1 THEN TRUE END END AS "x17", CAST("p7" AS DOUBLE) AS "x20", TRY_CAST("p7" AS DECIMAL(38,9)) AS "x21", CAST("p7" AS VARCHAR) AS "x22", CASE WHEN isfinite(CAST("p8" AS DOUBLE)) THEN CAST("p8" AS DOUBLE) + 0.0 END AS "x24", "p9" AS "x27", CASE WHEN isfinite("p10") THEN "p10" END AS "x29"
FROM (SELECT "event_id" AS "p0", "load_tstamp" AS "p1", "dvce_created_tstamp" AS "p2", "collector_tstamp" AS "p3", "derived_tstamp" AS "p4", "domain_userid" AS "p5", "page_title" AS "p6", "br_viewwidth" AS "p7", "tr_total" AS "p8", "br_cookies" AS "p9", "refr_dvce_tstamp" AS "p10" FROM "atomic"."events" WHERE "load_tstamp" >= TIMESTAMP '2025-01-01 00:00:00' AND "load_tstamp" < TIMESTAMP '2025-01-03 00:00:00') AS l1) AS l2) AS l
WHERE "x1" IS NOT NULL AND "x3" >= TIMESTAMP '2025-01-01 00:00:00' AND "x9" >= TIMESTAMP '2025-01-01 00:00:00' AND "x9" <= TIMESTAMP '9999-12-31 23:59:59.999999'
 AND ("x13");

