import { type Kind, fixed } from './kind.js';
import { count, literal, matching, optionalCount, type Piece, sequence, words } from './piece.js';
import { adjectives, firstNames, jobAreas, jobDescriptors, jobTypes, lastNames, nouns } from './words.js';

/** The names of at most `longest` letters in lower case, each with `end` after it. */
const lower = (names: readonly string[], longest: number, end = ''): Piece =>
  words(
    names.filter((text) => text.length <= longest).map((text) => text.toLowerCase()),
    end,
  );
/** The words of four to seven letters with a capital, each with `end` after it. */
const capital = (list: readonly string[], end = ''): Piece =>
  words(
    list.filter((text) => /^[a-z]{4,7}$/.test(text)).map((text) => text.charAt(0).toUpperCase() + text.slice(1)),
    end,
  );

const firstName = fixed(() => words(firstNames));
const lastName = fixed(() => words(lastNames));
const fullName = fixed(() => sequence(words(firstNames, ' '), lastName()));

/** Domains that nobody can register (RFC 2606), and the seed's own. */
export const testDomains = ['example.com', 'example.org', 'example.net', 'test.com'];

const email = fixed(() =>
  sequence(
    lower(firstNames, 10, '.'),
    lower(lastNames, 10),
    optionalCount(9999, 99),
    words(testDomains.map((domain) => `@${domain}`)),
  ),
);
const shortEmail = fixed(() => sequence(lower(firstNames, 5), count(9999, 99), literal('@test.com')));

// At most 20 letters, which is what many rules allow; only one way to cut each: names have no digits, numbers no letters.
const username = fixed(() => sequence(lower(firstNames, 7, '_'), lower(lastNames, 8), optionalCount(9999, 99)));
const plainUsername = fixed(() => sequence(lower(firstNames, 6), count(999_999, 999)));

const password = fixed(() =>
  sequence(capital(adjectives, '-'), capital(nouns), matching('[0-9]{4}'), words(['!', '?', '#', '*', '%', '+'])),
);
const plainPassword = fixed(() => matching('[A-Z][a-z]{7}[0-9]{4}'));

const jobTitle = fixed(() => sequence(words(jobDescriptors, ' '), words(jobAreas, ' '), words(jobTypes)));

export const people: readonly Kind[] = [
  { name: 'email', answersTo: ['email', 'e_mail', 'email_address', 'mail'], pieces: [email, shortEmail] },
  {
    name: 'username',
    answersTo: ['username', 'user_name', 'login', 'login_name', 'handle', 'nickname', 'nick', 'screen_name'],
    pieces: [username, plainUsername],
  },
  {
    name: 'password',
    answersTo: ['password', 'passwd', 'pass', 'passphrase', 'secret'],
    pieces: [password, plainPassword],
  },
  {
    name: 'first name',
    answersTo: ['first_name', 'firstname', 'given_name', 'forename', 'middle_name'],
    pieces: [firstName],
  },
  { name: 'last name', answersTo: ['last_name', 'lastname', 'surname', 'family_name'], pieces: [lastName] },
  {
    name: 'full name',
    answersTo: [
      ...[
        'full_name',
        'fullname',
        'display_name',
        'customer_name',
        'contact_name',
        'person_name',
        'card_holder',
        'cardholder',
      ],
      ...[
        'holder',
        'author',
        'owner',
        'recipient',
        'customer',
        'contact',
        'employee',
        'manager',
        'cardholder_name',
        'holder_name',
      ],
    ],
    pieces: [fullName],
  },
  { name: 'job title', answersTo: ['job_title', 'job', 'occupation', 'profession', 'position'], pieces: [jobTitle] },
  {
    name: 'gender',
    answersTo: ['gender', 'sex'],
    pieces: [fixed(() => words(['female', 'male', 'non-binary']))],
    closed: true,
  },
];
