import { faker } from '@faker-js/faker/locale/en';
import { writeFileSync } from 'node:fs';

/*
 * Reads Faker's English word lists. They were written to en.json once, for engine version 1; the library reads that file, so
 * that upgrading Faker changes no row. To see what a newer Faker has:
 *   node dist/libs/generator/words/extract.js /tmp/en.json
 */

// Faker types a few of its lists as unknown.
function distinct(words: unknown, form: RegExp): string[] {
  const list: readonly unknown[] = Array.isArray(words) ? words : [];
  return [...new Set(list.filter((text): text is string => typeof text === 'string' && form.test(text)))];
}

const NAME = /^[A-Z][a-z]+$/;
const LETTERS = /^[A-Za-z]+$/;
const PLACE = /^[A-Za-z .'-]+$/;
const SMALL = /^[a-z]+$/;

/** All lists by name, each text once, without those that would need care in patterns. */
export function extractWords(): Record<string, string[]> {
  const { person, location, word, commerce, company, color, finance } = faker.definitions;
  const { first_name: first } = person;
  const { adjective, material, product } = commerce.product_name as Record<string, unknown>;
  return {
    firstNames: distinct([...(first.female ?? []), ...(first.male ?? []), ...(first.generic ?? [])], NAME),
    lastNames: distinct(person.last_name.generic ?? [], NAME),
    jobAreas: distinct(person.job_area, LETTERS),
    jobDescriptors: distinct(person.job_descriptor, LETTERS),
    jobTypes: distinct(person.job_type, LETTERS),
    cities: distinct(location.city_name, PLACE),
    states: distinct(location.state, /./),
    stateCodes: distinct(location.state_abbr, /^[A-Z]{2}$/),
    counties: distinct(location.county, PLACE),
    countries: distinct(location.country, /./),
    countryCodes: distinct(
      location.country_code.map((code) => code.alpha2),
      /^[A-Z]{2}$/,
    ),
    streets: distinct(location.street_name, /^[A-Za-z0-9 .'-]+$/),
    timeZones: distinct(location.time_zone, /./),
    languages: distinct(
      location.language.map((language) => language.name),
      /^[A-Za-z ]+$/,
    ),
    adjectives: distinct(word.adjective, SMALL),
    nouns: distinct(word.noun, SMALL),
    verbs: distinct(word.verb, SMALL),
    departments: distinct(commerce.department, /./),
    productAdjectives: distinct(adjective, LETTERS),
    materials: distinct(material, LETTERS),
    products: distinct(product, LETTERS),
    companyForms: distinct(company.legal_entity_type, /^[A-Za-z ]+$/),
    colors: distinct(color.human, /./),
    currencies: distinct(
      finance.currency.map((currency) => currency.code),
      /^[A-Z]{3}$/,
    ),
    currencyNames: distinct(
      finance.currency.map((currency) => currency.name),
      /^[A-Za-z ]+$/,
    ),
  };
}

const [file] = process.argv.slice(2);
if (file !== undefined && import.meta.filename === process.argv[1])
  writeFileSync(file, `${JSON.stringify(extractWords(), null, 1)}\n`);
