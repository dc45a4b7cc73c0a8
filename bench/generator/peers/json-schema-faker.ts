import { faker } from '@faker-js/faker/locale/en';
import { createGeneratorSync, type JsonSchema } from 'json-schema-faker';
import { NOW, USERNAME } from '../user-row.js';

/*
 * It has no step that prepares a schema; what there is to choose is chosen for speed. Called synchronously, one row at a
 * time (an array of rows is no quicker), all properties required, and `additionalProperties` not mentioned.
 */
const generator = createGeneratorSync({ seed: 1, extensions: { faker } });
const text = { type: 'string' };

const patterns = schema({
  username: { ...text, pattern: USERNAME },
  email: { ...text, format: 'email' },
  password: { ...text, minLength: 8 },
  first_name: { ...text, faker: 'person.firstName' },
  last_name: { ...text, faker: 'person.lastName' },
  age: { type: 'integer', minimum: 13, maximum: 120 },
  signup_date: { ...text, format: 'date' },
});

const extension = schema({
  username: { ...text, faker: 'internet.username' },
  email: { ...text, faker: 'internet.email' },
  password: { ...text, faker: 'internet.password' },
  first_name: { ...text, faker: 'person.firstName' },
  last_name: { ...text, faker: 'person.lastName' },
  age: { type: 'integer', faker: { 'number.int': [{ min: 13, max: 120 }] } },
  signup_date: { ...text, format: 'date', faker: { 'date.past': [{ years: 2, refDate: NOW }] } },
});

function schema(properties: Record<string, JsonSchema>): JsonSchema {
  return { type: 'object', properties, required: Object.keys(properties) };
}

/** By JSON Schema's own patterns, formats and limits, with names from Faker. */
export function byPatterns(): unknown {
  return generator.generate(patterns);
}

/** Every property by its Faker extension. */
export function byFaker(): unknown {
  return generator.generate(extension);
}
