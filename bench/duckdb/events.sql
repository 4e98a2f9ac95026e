-- SPDX-License-Identifier: Apache-2.0
-- The events table as a lake loader writes it: structs, members in snake case.
CREATE SCHEMA IF NOT EXISTS atomic;
CREATE TABLE atomic.events (
  event_id VARCHAR, app_id VARCHAR, event_vendor VARCHAR, event_name VARCHAR, event_version VARCHAR,
  domain_userid VARCHAR, dvce_created_tstamp TIMESTAMP, collector_tstamp TIMESTAMP, derived_tstamp TIMESTAMP,
  load_tstamp TIMESTAMP, mkt_source VARCHAR, page_urlpath VARCHAR,
  unstruct_event_com_snowplowanalytics_snowplow_ecommerce_snowplow_ecommerce_action_1 STRUCT("type" VARCHAR),
  contexts_com_snowplowanalytics_snowplow_ecommerce_product_1 STRUCT("name" VARCHAR, price DOUBLE, quantity BIGINT)[],
  contexts_nl_basjes_yauaa_context_1 STRUCT(device_class VARCHAR, agent_name VARCHAR)[]
)
