import * as api from '../../libs/client/generated/sdk.gen.js';
import type { Client } from '../../libs/client/generated/client/index.js';
import type { CreateSchema } from '../../libs/client/generated/types.gen.js';
import { ok } from '../support/project.js';

type Field = CreateSchema['schema_definition']['fields'][number];

/** The schemas of the ShopFast example, word for word; `json` is how the example writes them. */
export const SHOPFAST: { name: string; description: string; json: string }[] = [
  {
    name: 'User',
    description: 'Customer account information',
    json: String.raw`{
  "fields": [
    {"name": "username", "type": "string", "regex": "^[a-zA-Z0-9_]{3,20}$", "required": true},
    {"name": "email", "type": "string", "regex": "^[^@]+@[^@]+\\.[^@]+$", "required": true},
    {"name": "password", "type": "string", "regex": "^.{8,}$", "required": true},
    {"name": "first_name", "type": "string", "required": true},
    {"name": "last_name", "type": "string", "required": true},
    {"name": "age", "type": "number", "min": "13", "max": "120", "required": false}
  ]
}`,
  },
  {
    name: 'Product',
    description: 'Product catalog items',
    json: String.raw`{
  "fields": [
    {"name": "name", "type": "string", "required": true},
    {"name": "price", "type": "number", "min": "0.01", "required": true},
    {"name": "category", "type": "options", "options": ["Electronics", "Clothing", "Books", "Home"], "required": true},
    {"name": "stock", "type": "number", "min": "0", "required": true},
    {"name": "sku", "type": "string", "regex": "^[A-Z]{2}[0-9]{6}$", "required": true}
  ]
}`,
  },
  {
    name: 'Order',
    description: 'Customer orders',
    json: String.raw`{
  "fields": [
    {"name": "order_id", "type": "string", "regex": "^ORD-[0-9]{8}$", "required": true},
    {"name": "total", "type": "number", "min": "0.01", "required": true},
    {"name": "status", "type": "options", "options": ["pending", "confirmed", "shipped", "delivered"], "required": true},
    {"name": "order_date", "type": "date", "required": true}
  ]
}`,
  },
  {
    name: 'Payment',
    description: 'Payment information',
    json: String.raw`{
  "fields": [
    {"name": "card_number", "type": "string", "regex": "^[0-9]{16}$", "required": true},
    {"name": "cvv", "type": "string", "regex": "^[0-9]{3,4}$", "required": true},
    {"name": "expiry_date", "type": "string", "regex": "^(0[1-9]|1[0-2])/[0-9]{2}$", "required": true},
    {"name": "card_holder", "type": "string", "required": true}
  ]
}`,
  },
  {
    name: 'Address',
    description: 'Shipping and billing addresses',
    json: String.raw`{
  "fields": [
    {"name": "street", "type": "string", "required": true},
    {"name": "city", "type": "string", "required": true},
    {"name": "postal_code", "type": "string", "regex": "^[0-9]{5}(-[0-9]{4})?$", "required": true},
    {"name": "country", "type": "options", "options": ["USA", "Canada", "UK", "Germany"], "required": true}
  ]
}`,
  },
];

/** The eight sample records of the example, by schema. */
export const SAMPLES: Record<string, Record<string, unknown>[]> = {
  User: [
    person('john_doe', 'john@test.com', 'password123', 'John', 'Doe', 28),
    person('jane_smith', 'jane@test.com', 'securepass456', 'Jane', 'Smith', 32),
    person('bob_wilson', 'bob@test.com', 'mypassword789', 'Bob', 'Wilson', 45),
  ],
  Product: [
    { name: 'iPhone 15 Pro', price: 999.99, category: 'Electronics', stock: 50, sku: 'AP123456' },
    { name: 'Nike Running Shoes', price: 129.99, category: 'Clothing', stock: 25, sku: 'NK789012' },
  ],
  Order: [{ order_id: 'ORD-00001234', total: 1129.98, status: 'confirmed', order_date: '2024-08-14' }],
  Payment: [{ card_number: '4111111111111111', cvv: '123', expiry_date: '12/25', card_holder: 'John Doe' }],
  Address: [{ street: '123 Main Street', city: 'Boston', postal_code: '02101', country: 'USA' }],
};

export function fieldsOf(name: string): Field[] {
  const schema = SHOPFAST.find((each) => each.name === name);
  return (JSON.parse(schema?.json ?? '') as { fields: Field[] }).fields;
}

/** Makes the five schemas in a project; answers their ids by name. */
export async function createShopFastSchemas(client: Client, projectId: string): Promise<Record<string, string>> {
  const ids: Record<string, string> = {};
  for (const { name, description, json } of SHOPFAST) {
    const body = { name, description, schema_definition: JSON.parse(json) as CreateSchema['schema_definition'] };
    ids[name] = (await ok(api.createSchema({ client, path: { projectId }, body }))).id;
  }
  return ids;
}

function person(
  username: string,
  email: string,
  password: string,
  first_name: string,
  last_name: string,
  age: number,
): Record<string, unknown> {
  return { username, email, password, first_name, last_name, age };
}
