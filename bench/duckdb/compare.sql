-- SPDX-License-Identifier: Apache-2.0
-- Did both compute the same attributes? Runs in sbe's database; :hand is the file of the other. Answers rows
-- of name and count; `differ` must be 0: rows that only one of them has (both ways, lists without regard to
-- order, doubles to 1e-9 of themselves), and keys that stand twice. Two things differ on purpose and are taken
-- out: the one by hand says NULL where sbe says "no value" (0, empty list), and has rows for users without any
-- event that an attribute asks for.
ATTACH :hand AS hand (READ_ONLY);
CREATE OR REPLACE TEMP VIEW by_hand AS
SELECT domain_userid, list_sort(coalesce(products_added_to_cart_last_7_days, [])) AS products,
  coalesce(total_product_price_clv, 0) AS price, first_mkt_source AS source, last_device_class AS device
FROM hand.classic.attributes
WHERE len(products_added_to_cart_last_7_days) > 0 OR total_product_price_clv IS NOT NULL
  OR first_mkt_source IS NOT NULL OR last_device_class IS NOT NULL;
CREATE OR REPLACE TEMP VIEW by_sbe AS
SELECT domain_userid, list_sort(products_added_to_cart_last_7_days) AS products, total_product_price_clv AS price,
  first_mkt_source AS source, last_device_class AS device
FROM shop_derived.batch_ecommerce_attributes_1_attributes;
WITH only_by_hand AS (
  SELECT domain_userid, products, source, device FROM by_hand
  EXCEPT SELECT domain_userid, products, source, device FROM by_sbe
), only_by_sbe AS (
  SELECT domain_userid, products, source, device FROM by_sbe
  EXCEPT SELECT domain_userid, products, source, device FROM by_hand
), prices AS (
  SELECT 1 FROM by_hand h JOIN by_sbe s USING (domain_userid)
  WHERE h.price IS NULL OR s.price IS NULL OR abs(h.price - s.price) > 1e-9 * greatest(abs(h.price), abs(s.price))
), counts AS (
  SELECT (SELECT count(*) FROM only_by_hand) AS only_by_hand, (SELECT count(*) FROM only_by_sbe) AS only_by_sbe,
    (SELECT count(*) FROM prices) AS prices,
    (SELECT count(*) - count(DISTINCT domain_userid) FROM by_hand) + (SELECT count(*) - count(DISTINCT domain_userid) FROM by_sbe) AS twice,
    (SELECT CASE WHEN count(*) = 0 THEN 1 ELSE 0 END FROM by_sbe) AS none_at_all -- which would be equal, too
)
SELECT 'entities_by_hand', (SELECT count(*) FROM by_hand)
UNION ALL SELECT 'entities', (SELECT count(*) FROM by_sbe)
UNION ALL SELECT 'only_by_hand', only_by_hand FROM counts
UNION ALL SELECT 'only_by_sbe', only_by_sbe FROM counts
UNION ALL SELECT 'prices', prices FROM counts
UNION ALL SELECT 'differ', greatest(only_by_hand, only_by_sbe) + prices + twice + none_at_all FROM counts
UNION ALL SELECT 'filtered_by_hand', (SELECT count(*) FROM hand.classic.filtered_events)
UNION ALL SELECT 'filtered', (SELECT count(*) FROM shop_derived.batch_ecommerce_attributes_1_filtered_events)
