import type { FieldDefinitionDto } from '../libs/client/generated/types.gen.js';

/** A User of seven fields, about 180 bytes of JSON; `unique`: with one unique key. */
export function userFields(unique = false): FieldDefinitionDto[] {
  return [
    { name: 'username', type: 'string', regex: '^[a-zA-Z0-9_]{3,20}$', required: true },
    { name: 'email', type: 'string', regex: '^[^@]+@[^@]+\\.[^@]+$', required: true, ...(unique ? { unique } : {}) },
    { name: 'password', type: 'string', regex: '^.{8,}$', required: true },
    { name: 'first_name', type: 'string', required: true },
    { name: 'last_name', type: 'string', required: true },
    { name: 'age', type: 'number', min: '13', max: '120' },
    { name: 'signup_date', type: 'date' },
  ];
}
