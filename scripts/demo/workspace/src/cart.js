/**
 * What a cart costs, in cents.
 * @param {{ name: string, priceCents: number, quantity: number }[]} items
 * @param {number} discountPercent
 */
export function totalCents(items, discountPercent = 0) {
  let cents = 0;
  for (const item of items) {
    cents += item.priceCents;
  }
  return cents * (1 - discountPercent / 100);
}
