import { faker } from '@faker-js/faker/locale/en';

/*
 * Faker's English words. The locale module alone loads in 15 ms, all of Faker in 90. Only its word lists are used:
 * its generators draw one after the other, and ours must be able to make any row by itself.
 */
const { person, location, word, commerce, company, color, finance } = faker.definitions;

// Faker types a few of its lists as unknown.
function distinct(words: unknown, form: RegExp): readonly string[] {
  const list: readonly unknown[] = Array.isArray(words) ? words : [];
  return [...new Set(list.filter((text): text is string => typeof text === 'string' && form.test(text)))];
}

const NAME = /^[A-Z][a-z]+$/;
const { first_name: first } = person;
const { adjective, material, product } = commerce.product_name as Record<string, unknown>;

export const firstNames = distinct([...(first.female ?? []), ...(first.male ?? []), ...(first.generic ?? [])], NAME);
export const lastNames = distinct(person.last_name.generic ?? [], NAME);
export const jobAreas = distinct(person.job_area, /^[A-Za-z]+$/);
export const jobDescriptors = distinct(person.job_descriptor, /^[A-Za-z]+$/);
export const jobTypes = distinct(person.job_type, /^[A-Za-z]+$/);

export const cities = distinct(location.city_name, /^[A-Za-z .'-]+$/);
export const states = distinct(location.state, /./);
export const stateCodes = distinct(location.state_abbr, /^[A-Z]{2}$/);
export const counties = distinct(location.county, /^[A-Za-z .'-]+$/);
export const countries = distinct(location.country, /./);
export const countryCodes = distinct(
  location.country_code.map((code) => code.alpha2),
  /^[A-Z]{2}$/,
);
export const streets = distinct(location.street_name, /^[A-Za-z0-9 .'-]+$/);
export const timeZones = distinct(location.time_zone, /./);
export const languages = distinct(
  location.language.map((language) => language.name),
  /^[A-Za-z ]+$/,
);

export const adjectives = distinct(word.adjective, /^[a-z]+$/);
export const nouns = distinct(word.noun, /^[a-z]+$/);
export const verbs = distinct(word.verb, /^[a-z]+$/);

export const departments = distinct(commerce.department, /./);
export const productAdjectives = distinct(adjective, /^[A-Za-z]+$/);
export const materials = distinct(material, /^[A-Za-z]+$/);
export const products = distinct(product, /^[A-Za-z]+$/);
export const companyForms = distinct(company.legal_entity_type, /^[A-Za-z ]+$/);

export const colors = distinct(color.human, /./);
export const currencies = distinct(
  finance.currency.map((currency) => currency.code),
  /^[A-Z]{3}$/,
);
export const currencyNames = distinct(
  finance.currency.map((currency) => currency.name),
  /^[A-Za-z ]+$/,
);
