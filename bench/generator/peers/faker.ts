import { faker } from '@faker-js/faker/locale/en';
import { NOW } from '../user-row.js';

/** Its own user names: by the pattern, with `helpers.fromRegExp`, it would be slower. */
export function fakerRow(): object {
  return {
    username: faker.internet.username(),
    email: faker.internet.email(),
    password: faker.internet.password(),
    first_name: faker.person.firstName(),
    last_name: faker.person.lastName(),
    age: faker.number.int({ min: 13, max: 120 }),
    signup_date: faker.date.past({ years: 2, refDate: NOW }).toISOString().slice(0, 10),
  };
}
