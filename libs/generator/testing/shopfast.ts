const string = (name: string, regex?: string): object => ({
  name,
  type: 'string',
  required: true,
  ...(regex === undefined ? {} : { regex }),
});
const options = (name: string, ...values: string[]): object => ({
  name,
  type: 'options',
  options: values,
  required: true,
});

/** The five schemas of the ShopFast example, as the seed writes them. */
export const shopfast: Record<string, { fields: object[] }> = {
  User: {
    fields: [
      string('username', '^[a-zA-Z0-9_]{3,20}$'),
      string('email', '^[^@]+@[^@]+\\.[^@]+$'),
      string('password', '^.{8,}$'),
      string('first_name'),
      string('last_name'),
      { name: 'age', type: 'number', min: '13', max: '120', required: false },
    ],
  },
  Product: {
    fields: [
      string('name'),
      { name: 'price', type: 'number', min: '0.01', required: true },
      options('category', 'Electronics', 'Clothing', 'Books', 'Home'),
      { name: 'stock', type: 'number', min: '0', required: true },
      string('sku', '^[A-Z]{2}[0-9]{6}$'),
    ],
  },
  Order: {
    fields: [
      string('order_id', '^ORD-[0-9]{8}$'),
      { name: 'total', type: 'number', min: '0.01', required: true },
      options('status', 'pending', 'confirmed', 'shipped', 'delivered'),
      { name: 'order_date', type: 'date', required: true },
    ],
  },
  Payment: {
    fields: [
      string('card_number', '^[0-9]{16}$'),
      string('cvv', '^[0-9]{3,4}$'),
      string('expiry_date', '^(0[1-9]|1[0-2])/[0-9]{2}$'),
      string('card_holder'),
    ],
  },
  Address: {
    fields: [
      string('street'),
      string('city'),
      string('postal_code', '^[0-9]{5}(-[0-9]{4})?$'),
      options('country', 'USA', 'Canada', 'UK', 'Germany'),
    ],
  },
};
