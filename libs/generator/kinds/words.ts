import pinned from '../words/en.json' with { type: 'json' };

/*
 * English words, as Faker had them when engine version 1 was made (words/extract.ts). A list never changes under a version:
 * every word in it has its number.
 */
const lists: Readonly<Record<keyof typeof pinned, readonly string[]>> = pinned;

export const {
  firstNames,
  lastNames,
  jobAreas,
  jobDescriptors,
  jobTypes,
  cities,
  states,
  stateCodes,
  counties,
  countries,
  countryCodes,
  streets,
  timeZones,
  languages,
  adjectives,
  nouns,
  verbs,
  departments,
  productAdjectives,
  materials,
  products,
  companyForms,
  colors,
  currencies,
  currencyNames,
} = lists;
