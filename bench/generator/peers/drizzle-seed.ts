import { getGeneratorsFunctions } from 'drizzle-seed';

const funcs = getGeneratorsFunctions();
// It has no patterns: its texts are 7 to 20 letters and digits. Its addresses are always unique.
const username = funcs.string();
const email = funcs.email();
const password = funcs.string();
const firstName = funcs.firstName();
const lastName = funcs.lastName();
const age = funcs.int({ minValue: 13, maxValue: 120 });
const signupDate = funcs.date({ minDate: '2024-01-15', maxDate: '2026-01-15' });
// What a seed sets for the usual column of dates: they come as texts.
signupDate.dataType = 'string';

/** Row i as a seed makes it, without its database: rows in order, and a new seed from row 0. */
export function drizzleRow(i: number): object {
  if (i === 0) {
    const generators = [username, email, password, firstName, lastName, age, signupDate];
    generators.forEach((each, f) => each.init({ count: 10_000_000, seed: f + 1 }));
  }
  return {
    username: username.generate(),
    email: email.generate(),
    password: password.generate(),
    first_name: firstName.generate(),
    last_name: lastName.generate(),
    age: age.generate(),
    signup_date: signupDate.generate(),
  };
}
