import { isIPv4, isIPv6 } from 'node:net';
import { type TextFormat } from '../definition/definition.js';

/** What the formats are, as simply as can be said, and with what Node.js knows of them. */
export const FORMATS: Record<TextFormat, (text: string) => boolean> = {
  email: (text) => /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(text),
  uuid: (text) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text),
  url: (text) => /^https?:$/i.test(URL.canParse(text) ? new URL(text).protocol : ''),
  hostname: (text) => URL.canParse(`http://${text}`) && new URL(`http://${text}`).hostname === text.toLowerCase(),
  ipv4: isIPv4,
  ipv6: isIPv6,
  mac: (text) => /^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i.test(text),
  slug: (text) => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text),
  phone: (text) => /^[+0-9() ./-]+$/.test(text) && /^\d{6,15}$/.test(digits(text)),
  iban: (text) => BigInt(inDigits(text.slice(4) + text.slice(0, 4))) % 97n === 1n,
  card_number: (text) => /^[0-9 -]+$/.test(text) && luhnSum(digits(text)) % 10 === 0,
  ean13: (text) =>
    /^\d{13}$/.test(text) && [...text].reduce((sum, d, k) => sum + Number(d) * (k % 2 ? 3 : 1), 0) % 10 === 0,
  hex_color: (text) => /^#([0-9a-f]{3}){1,2}$/i.test(text),
};

const digits = (text: string): string => text.replace(/\D/g, '');

/** ISO 13616: A is 10, Z is 35. */
const inDigits = (text: string): string => [...text].map((each) => parseInt(each, 36)).join('');

function luhnSum(number: string): number {
  const doubled = [...number].reverse().map((digit, k) => Number(digit) * (k % 2 ? 2 : 1));
  return doubled.reduce((sum, each) => sum + (each > 9 ? each - 9 : each), 0);
}
