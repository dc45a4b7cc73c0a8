import { germanIban, luhnDigit } from './check-digits.js';
import { type Kind, fixed } from './kind.js';
import { matching, type Piece, rewritten, withEnd, words } from './piece.js';
import { currencies, currencyNames } from './words.js';

const card = fixed(() => withEnd(matching('4[0-9]{14}'), luhnDigit, '[0-9]'));
const groupedCard = fixed(() =>
  rewritten(card(), (text) => text.replace(/(\d{4})(?=\d)/g, '$1 '), '4[0-9]{3}(?: [0-9]{4}){3}'),
);
const dashedCard = fixed(() =>
  rewritten(card(), (text) => text.replace(/(\d{4})(?=\d)/g, '$1-'), '4[0-9]{3}(?:-[0-9]{4}){3}'),
);
const iban = fixed(() => rewritten(matching('[1-9][0-9]{17}'), germanIban, 'DE[0-9]{20}'));

const MONTHS_AHEAD = 60;

/** The months after the one of `now`, five years of them, as a card shows them. */
function expiry(now: number, separator: string, source: string, yearDigits: 2 | 4): Piece {
  const start = new Date(now);
  const months = Array.from({ length: MONTHS_AHEAD }, (_, k) => {
    const index = start.getUTCFullYear() * 12 + start.getUTCMonth() + 1 + k;
    const year = String(Math.floor(index / 12))
      .padStart(4, '0')
      .slice(-yearDigits);
    return `${String((index % 12) + 1).padStart(2, '0')}${separator}${year}`;
  });
  return words(months, '', source);
}

const MONTH = '(?:0[1-9]|1[0-2])';

export const finance: readonly Kind[] = [
  {
    name: 'card number',
    answersTo: ['card_number', 'card_no', 'credit_card', 'credit_card_number', 'cc_number', 'pan'],
    pieces: [card, groupedCard, dashedCard],
  },
  {
    name: 'cvv',
    answersTo: ['cvv', 'cvc', 'cvv2', 'security_code', 'card_code'],
    pieces: [fixed(() => matching('[0-9]{3}')), fixed(() => matching('[0-9]{4}'))],
    closed: true,
  },
  {
    name: 'card expiry',
    answersTo: [
      'expiry_date',
      'expiry',
      'card_expiry',
      'expiration_date',
      'expiration',
      'exp_date',
      'valid_thru',
      'valid_until',
    ],
    pieces: [
      (now) => expiry(now, '/', `${MONTH}/[0-9]{2}`, 2),
      (now) => expiry(now, '/', `${MONTH}/[0-9]{4}`, 4),
      (now) => expiry(now, '-', `${MONTH}-[0-9]{2}`, 2),
      (now) => expiry(now, '', `${MONTH}[0-9]{2}`, 2),
    ],
    closed: true,
  },
  { name: 'iban', answersTo: ['iban', 'bank_account'], pieces: [iban] },
  {
    name: 'account number',
    answersTo: ['account_number', 'account_no', 'account'],
    pieces: [fixed(() => matching('[0-9]{10}'))],
  },
  {
    name: 'routing number',
    answersTo: ['routing_number', 'bank_code', 'sort_code'],
    pieces: [fixed(() => matching('[0-9]{9}')), fixed(() => matching('[0-9]{2}-[0-9]{2}-[0-9]{2}'))],
  },
  { name: 'bic', answersTo: ['bic', 'swift', 'swift_code'], pieces: [fixed(() => matching('[A-Z]{4}DE[A-Z0-9]{2}'))] },
  {
    name: 'currency',
    answersTo: ['currency', 'currency_code'],
    pieces: [fixed(() => words(currencies, '', '[A-Z]{3}'))],
    closed: true,
  },
  { name: 'currency name', answersTo: ['currency_name'], pieces: [fixed(() => words(currencyNames))], closed: true },
  {
    name: 'pin',
    answersTo: ['pin', 'pin_code', 'otp'],
    pieces: [fixed(() => matching('[0-9]{4}')), fixed(() => matching('[0-9]{6}'))],
  },
];
