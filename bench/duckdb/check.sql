-- SPDX-License-Identifier: Apache-2.0
-- Did the generator do what generate.sql says? Answers rows of name and value.
SELECT 'duckdb', version()
UNION ALL SELECT 'events', CAST(count(*) AS VARCHAR) FROM atomic.events
UNION ALL SELECT 'twice', CAST(1 - count(DISTINCT event_id) / count(*) AS VARCHAR) FROM atomic.events
UNION ALL SELECT 'late', CAST(avg(CAST(load_tstamp - derived_tstamp >= INTERVAL 1 HOUR AS INTEGER)) AS VARCHAR) FROM atomic.events
UNION ALL SELECT 'users', CAST(count(DISTINCT domain_userid) AS VARCHAR) FROM atomic.events
UNION ALL SELECT 'load_days', CAST(count(DISTINCT CAST(load_tstamp AS DATE)) AS VARCHAR) FROM atomic.events
