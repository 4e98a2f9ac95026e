-- SPDX-License-Identifier: Apache-2.0
-- A shop's events, the same for the same numbers: :events over :days days, of :users users, 2 % of them
-- twice, 3 % of them late. One day of loading (:day, from 0) a call, so that the size of a day bounds the
-- memory. Randomness is hash(n, purpose), so that no generator has a state.
INSERT INTO atomic.events
WITH numbers AS (
  SELECT (:day * (:events // :days) + range) AS n FROM range(:events // :days)
), draws AS (
  SELECT n, hash(n, 1) AS h1, hash(n, 2) AS h2, hash(n, 3) AS h3, hash(n, 4) AS h4, hash(n, 5) AS h5, hash(n, 6) AS h6
  FROM numbers
), happened AS (
  SELECT *,
    -- uneven: the square prefers low numbers, so some users come often; 32 bits, so that there is nobody who never comes
    CAST(floor(pow((h1 >> 32) / 4294967296.0, 2) * :users) AS BIGINT) AS u,
    TIMESTAMP '2025-01-01' + INTERVAL (:day) DAY + to_microseconds(CAST(h2 % 86400000000 AS BIGINT)) AS loaded,
    CASE WHEN h3 % 100 < 3 THEN 3600 + CAST(h4 % (3 * 86400) AS INTEGER) ELSE 60 + CAST(h4 % 240 AS INTEGER) END AS delay,
    h5 % 100 < 30 AS action
  FROM draws
), events AS (
  SELECT *, loaded - to_seconds(delay) AS happened_at FROM happened
)
SELECT
  -- one in fifty carries the id of an event that was loaded up to three days before
  CAST(md5(CAST(CASE WHEN h6 % 50 = 0 THEN greatest(0, n - 1 - CAST(hash(n, 7) % (3 * (:events // :days)) AS BIGINT)) ELSE n END AS VARCHAR)) AS VARCHAR) AS event_id,
  'shop' AS app_id,
  CASE WHEN action THEN 'com.snowplowanalytics.snowplow.ecommerce' ELSE 'com.snowplowanalytics.snowplow' END AS event_vendor,
  CASE WHEN action THEN 'snowplow_ecommerce_action' WHEN h5 % 100 < 80 THEN 'page_view' ELSE 'page_ping' END AS event_name,
  CASE WHEN action THEN '1-0-2' ELSE '1-0-0' END AS event_version,
  md5('u' || u) AS domain_userid,
  happened_at AS dvce_created_tstamp,
  happened_at + INTERVAL 1 SECOND AS collector_tstamp,
  happened_at AS derived_tstamp,
  loaded AS load_tstamp,
  CASE h3 % 7 WHEN 0 THEN 'google' WHEN 1 THEN 'newsletter' WHEN 2 THEN 'facebook' END AS mkt_source,
  '/p/' || (h4 % 500) AS page_urlpath,
  CASE WHEN action THEN {'type': CASE h3 % 4 WHEN 0 THEN 'add_to_cart' WHEN 1 THEN 'transaction' ELSE 'product_view' END} END
    AS unstruct_event_com_snowplowanalytics_snowplow_ecommerce_snowplow_ecommerce_action_1,
  CASE WHEN action THEN [{'name': 'product ' || (h4 % 300), 'price': (h4 % 10000) / 100.0::DOUBLE, 'quantity': 1::BIGINT}] END
    AS contexts_com_snowplowanalytics_snowplow_ecommerce_product_1,
  [{'device_class': CASE h1 % 3 WHEN 0 THEN 'Phone' WHEN 1 THEN 'Desktop' ELSE 'Tablet' END, 'agent_name': 'Chrome'}]
    AS contexts_nl_basjes_yauaa_context_1
FROM events
ORDER BY load_tstamp
