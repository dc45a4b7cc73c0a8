/** Names whose last word says too little: `file_name` is no product, `product_id` no UUID necessarily, but both are texts. */
const ONLY_ALONE = new Set(['name', 'id', 'account', 'position', 'text', 'item', 'host', 'link', 'pass', 'size']);

/** Finds `fieldName`, or its longest tail, in a table of snake_case names. */
export function lookUp<T>(table: ReadonlyMap<string, T>, fieldName: string): T | undefined {
  const tokens = snakeCase(fieldName).split('_');
  for (let from = 0; from < tokens.length; from++) {
    const name = tokens.slice(from).join('_');
    const found = table.get(name);
    if (found !== undefined && (from === 0 || !ONLY_ALONE.has(name))) return found;
  }
  return undefined;
}

/** `shippingCity`, `Shipping City` and `shipping-city` as `shipping_city`. */
export function snakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');
}
