-- SPDX-License-Identifier: Apache-2.0
-- The classic pipeline as a dbt user writes it by hand: three incremental models. :lower and :upper are
-- the load slice, :today the day before which windows end. It has no manifests, no rule for late
-- events, no updated_at. :start is the first date, on both clocks. Plain arg_min would
-- leave out events whose mkt_source is NULL: another attribute than the one that is asked for.
-- step: tables
CREATE SCHEMA IF NOT EXISTS classic;
CREATE TABLE IF NOT EXISTS classic.filtered_events AS
SELECT event_id, domain_userid, event_vendor, event_name, event_version, derived_tstamp, load_tstamp,
  CAST(derived_tstamp AS DATE) AS event_date, mkt_source,
  contexts_nl_basjes_yauaa_context_1[1].device_class AS device_class,
  unstruct_event_com_snowplowanalytics_snowplow_ecommerce_snowplow_ecommerce_action_1.type AS action_type,
  contexts_com_snowplowanalytics_snowplow_ecommerce_product_1[1].name AS product_name,
  contexts_com_snowplowanalytics_snowplow_ecommerce_product_1[1].price AS product_price
FROM atomic.events WHERE false;
-- step: new_events
CREATE OR REPLACE TEMP TABLE new_events AS
SELECT event_id, domain_userid, event_vendor, event_name, event_version, derived_tstamp, load_tstamp,
  CAST(derived_tstamp AS DATE) AS event_date, mkt_source,
  contexts_nl_basjes_yauaa_context_1[1].device_class AS device_class,
  unstruct_event_com_snowplowanalytics_snowplow_ecommerce_snowplow_ecommerce_action_1.type AS action_type,
  contexts_com_snowplowanalytics_snowplow_ecommerce_product_1[1].name AS product_name,
  contexts_com_snowplowanalytics_snowplow_ecommerce_product_1[1].price AS product_price
FROM atomic.events e
WHERE load_tstamp >= :lower AND load_tstamp < :upper AND derived_tstamp >= :start AND domain_userid IS NOT NULL
  AND ((event_vendor = 'com.snowplowanalytics.snowplow.ecommerce' AND event_name = 'snowplow_ecommerce_action' AND event_version = '1-0-2')
    OR (event_vendor = 'com.snowplowanalytics.snowplow' AND event_name = 'page_view' AND event_version = '1-0-0'))
  AND NOT EXISTS (SELECT 1 FROM classic.filtered_events f WHERE f.event_id = e.event_id)
QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY load_tstamp, dvce_created_tstamp, collector_tstamp) = 1;
-- step: filtered_events
INSERT INTO classic.filtered_events SELECT * FROM new_events;
-- step: daily_aggregates
CREATE TABLE IF NOT EXISTS classic.daily_aggregates AS
SELECT domain_userid, event_date, CAST(NULL AS VARCHAR[]) AS products, CAST(NULL AS DOUBLE) AS price,
  CAST(NULL AS VARCHAR) AS first_source, CAST(NULL AS VARCHAR) AS last_device, CAST(NULL AS TIMESTAMP) AS first_at,
  CAST(NULL AS TIMESTAMP) AS last_at
FROM classic.filtered_events WHERE false;
BEGIN;
DELETE FROM classic.daily_aggregates WHERE event_date IN (SELECT DISTINCT event_date FROM new_events);
INSERT INTO classic.daily_aggregates
SELECT domain_userid, event_date,
  list(DISTINCT product_name) FILTER (WHERE event_name = 'snowplow_ecommerce_action' AND action_type = 'add_to_cart'),
  sum(product_price) FILTER (WHERE event_name = 'snowplow_ecommerce_action' AND action_type = 'add_to_cart'),
  arg_min_null(mkt_source, derived_tstamp) FILTER (WHERE event_name = 'page_view'),
  arg_max_null(device_class, derived_tstamp) FILTER (WHERE event_name = 'page_view'),
  min(derived_tstamp) FILTER (WHERE event_name = 'page_view'),
  max(derived_tstamp) FILTER (WHERE event_name = 'page_view')
FROM classic.filtered_events
WHERE event_date IN (SELECT DISTINCT event_date FROM new_events)
GROUP BY domain_userid, event_date;
COMMIT;
-- step: attributes
CREATE OR REPLACE TABLE classic.attributes AS
SELECT domain_userid,
  list_distinct(flatten(list(products) FILTER (WHERE event_date >= :today - 7 AND event_date < :today))) AS products_added_to_cart_last_7_days,
  sum(price) AS total_product_price_clv,
  arg_min_null(first_source, first_at) AS first_mkt_source,
  arg_max_null(last_device, last_at) AS last_device_class
FROM classic.daily_aggregates
GROUP BY domain_userid
