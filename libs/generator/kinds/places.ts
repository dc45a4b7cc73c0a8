import { type Kind, fixed } from './kind.js';
import { count, literal, matching, sequence, words } from './piece.js';
import {
  cities,
  counties,
  countries,
  countryCodes,
  languages,
  stateCodes,
  states,
  streets,
  timeZones,
} from './words.js';

const street = fixed(() => sequence(count(9999, 999), literal(' '), words(streets)));
const unit = fixed(() => sequence(words(['Apt. ', 'Suite ', 'Unit ']), count(9999, 400)));
// 555-0100 to 555-0199 are kept for fiction in every area of the North American plan; the second way has room for unique fields.
const fictionalPhone = fixed(() => matching('\\+1-[2-9][0-9]{2}-555-01[0-9]{2}'));
const anyPhone = fixed(() => matching('\\+1-[2-9][0-9]{2}-[2-9][0-9]{2}-[0-9]{4}'));
const plainPhone = fixed(() => matching('[2-9][0-9]{2}55501[0-9]{2}'));
const dashedPhone = fixed(() => matching('[2-9][0-9]{2}-555-01[0-9]{2}'));
const internationalPhone = fixed(() => matching('\\+1[2-9][0-9]{2}55501[0-9]{2}'));

export const places: readonly Kind[] = [
  {
    name: 'street',
    answersTo: ['street', 'street_address', 'address', 'address_line', 'address_line_1', 'address_line1', 'address1'],
    pieces: [street],
  },
  { name: 'unit', answersTo: ['address_line_2', 'address_line2', 'address2', 'apartment', 'suite'], pieces: [unit] },
  { name: 'city', answersTo: ['city', 'town', 'birthplace'], pieces: [fixed(() => words(cities))] },
  { name: 'county', answersTo: ['county', 'district'], pieces: [fixed(() => words(counties))] },
  {
    name: 'state',
    answersTo: ['state', 'province', 'region'],
    pieces: [fixed(() => words(states)), fixed(() => words(stateCodes, '', '[A-Z]{2}'))],
    closed: true,
  },
  {
    name: 'state code',
    answersTo: ['state_code', 'state_abbr'],
    pieces: [fixed(() => words(stateCodes, '', '[A-Z]{2}'))],
    closed: true,
  },
  {
    name: 'country',
    answersTo: ['country', 'nation', 'country_name'],
    pieces: [fixed(() => words(countries)), fixed(() => words(countryCodes, '', '[A-Z]{2}'))],
    closed: true,
  },
  {
    name: 'country code',
    answersTo: ['country_code'],
    pieces: [fixed(() => words(countryCodes, '', '[A-Z]{2}'))],
    closed: true,
  },
  {
    name: 'postal code',
    answersTo: ['postal_code', 'postcode', 'post_code', 'zip', 'zip_code', 'zipcode', 'plz'],
    pieces: [fixed(() => matching('[0-9]{5}')), fixed(() => matching('[0-9]{5}-[0-9]{4}'))],
  },
  {
    name: 'phone',
    answersTo: ['phone', 'phone_number', 'telephone', 'tel', 'mobile', 'mobile_number', 'cell', 'cell_phone', 'fax'],
    pieces: [fictionalPhone, anyPhone, internationalPhone, dashedPhone, plainPhone],
  },
  {
    name: 'time zone',
    answersTo: ['time_zone', 'timezone', 'tz'],
    pieces: [fixed(() => words(timeZones))],
    closed: true,
  },
  { name: 'language', answersTo: ['language'], pieces: [fixed(() => words(languages))], closed: true },
  {
    name: 'locale',
    answersTo: ['locale', 'lang'],
    pieces: [
      fixed(() => words(['en-US', 'en-GB', 'de-DE', 'fr-FR', 'es-ES', 'it-IT', 'nl-NL', 'pt-BR', 'ja-JP', 'pl-PL'])),
    ],
    closed: true,
  },
];
