import type { CreateEnvironment, CreateFeature, CreateSchema } from '../../libs/client/generated/types.gen.js';

type Field = CreateSchema['schema_definition']['fields'][number];

/** A feature that names its schemas: the primary one first, then the secondary ones. */
type Feature = Pick<CreateFeature, 'description'> & { name: string; schemas: string[] };

/** Sample records of one schema; `key` is the field by which one is recognised. */
interface Samples {
  schema: string;
  key: string;
  records: Record<string, unknown>[];
}

export const organization = { name: 'TechCorp Solutions', slug: 'techcorp' };

export const project = { name: 'ShopFast E-commerce', description: 'The e-commerce platform of TechCorp Solutions' };

/** The API makes Development with the project; colors and protection come from the templates. */
export const environments: (CreateEnvironment & { name: string; slug: string })[] = [
  { name: 'Development', slug: 'dev', template: 'development' },
  { name: 'Staging', slug: 'staging', template: 'staging' },
  { name: 'Production', slug: 'prod', template: 'production' },
];

/** Data structures that the team's features share. */
export const schemas: CreateSchema[] = [
  schema('User', 'Customer account information', [
    { name: 'username', type: 'string', regex: '^[a-zA-Z0-9_]{3,20}$', required: true },
    { name: 'email', type: 'string', regex: '^[^@]+@[^@]+\\.[^@]+$', required: true },
    { name: 'password', type: 'string', regex: '^.{8,}$', required: true },
    { name: 'first_name', type: 'string', required: true },
    { name: 'last_name', type: 'string', required: true },
    { name: 'age', type: 'number', min: '13', max: '120', required: false },
  ]),
  schema('Product', 'Product catalog items', [
    { name: 'name', type: 'string', required: true },
    { name: 'price', type: 'number', min: '0.01', required: true },
    { name: 'category', type: 'options', options: ['Electronics', 'Clothing', 'Books', 'Home'], required: true },
    { name: 'stock', type: 'number', min: '0', required: true },
    { name: 'sku', type: 'string', regex: '^[A-Z]{2}[0-9]{6}$', required: true },
  ]),
  schema('Order', 'Customer orders', [
    { name: 'order_id', type: 'string', regex: '^ORD-[0-9]{8}$', required: true },
    { name: 'total', type: 'number', min: '0.01', required: true },
    { name: 'status', type: 'options', options: ['pending', 'confirmed', 'shipped', 'delivered'], required: true },
    { name: 'order_date', type: 'date', required: true },
  ]),
  schema('Payment', 'Payment information', [
    { name: 'card_number', type: 'string', regex: '^[0-9]{16}$', required: true },
    { name: 'cvv', type: 'string', regex: '^[0-9]{3,4}$', required: true },
    { name: 'expiry_date', type: 'string', regex: '^(0[1-9]|1[0-2])/[0-9]{2}$', required: true },
    { name: 'card_holder', type: 'string', required: true },
  ]),
  schema('Address', 'Shipping and billing addresses', [
    { name: 'street', type: 'string', required: true },
    { name: 'city', type: 'string', required: true },
    { name: 'postal_code', type: 'string', regex: '^[0-9]{5}(-[0-9]{4})?$', required: true },
    { name: 'country', type: 'options', options: ['USA', 'Canada', 'UK', 'Germany'], required: true },
  ]),
];

export const features: Feature[] = [
  {
    name: 'user_registration',
    description: 'Allow new customers to create accounts',
    schemas: ['User', 'Address'],
  },
  { name: 'user_login', description: 'Customer authentication', schemas: ['User'] },
  { name: 'add_product_to_cart', description: 'Add items to shopping cart', schemas: ['Product', 'User'] },
  {
    name: 'checkout_process',
    description: 'Complete purchase flow',
    schemas: ['Order', 'User', 'Product', 'Payment', 'Address'],
  },
  { name: 'view_order_history', description: 'Display customer order history', schemas: ['Order', 'User'] },
];

/** What the team typed in for Development. */
export const samples: Samples[] = [
  {
    schema: 'User',
    key: 'username',
    records: [
      user('john_doe', 'john@test.com', 'password123', 'John', 'Doe', 28),
      user('jane_smith', 'jane@test.com', 'securepass456', 'Jane', 'Smith', 32),
      user('bob_wilson', 'bob@test.com', 'mypassword789', 'Bob', 'Wilson', 45),
    ],
  },
  {
    schema: 'Product',
    key: 'sku',
    records: [
      { name: 'iPhone 15 Pro', price: 999.99, category: 'Electronics', stock: 50, sku: 'AP123456' },
      { name: 'Nike Running Shoes', price: 129.99, category: 'Clothing', stock: 25, sku: 'NK789012' },
    ],
  },
  {
    schema: 'Order',
    key: 'order_id',
    records: [{ order_id: 'ORD-00001234', total: 1129.98, status: 'confirmed', order_date: '2024-08-14' }],
  },
  {
    schema: 'Payment',
    key: 'card_number',
    records: [{ card_number: '4111111111111111', cvv: '123', expiry_date: '12/25', card_holder: 'John Doe' }],
  },
  {
    schema: 'Address',
    key: 'street',
    records: [{ street: '123 Main Street', city: 'Boston', postal_code: '02101', country: 'USA' }],
  },
];

function schema(name: string, description: string, fields: Field[]): CreateSchema {
  return { name, description, schema_definition: { fields } };
}

function user(
  username: string,
  email: string,
  password: string,
  first_name: string,
  last_name: string,
  age: number,
): Record<string, unknown> {
  return { username, email, password, first_name, last_name, age };
}
