import { type TextFormat } from '../definition/definition.js';
import { eanDigit, keepsIban, keepsLuhn } from '../kinds/check-digits.js';
import { kinds } from '../kinds/choose-kind.js';
import { type Kind } from '../kinds/kind.js';
import { compilePattern, type Pattern } from '../patterns/pattern.js';

/** What a format accepts, and how texts of it are made. */
export interface Format {
  /** What messages call it. */
  readonly title: string;
  /** Covers all texts of the format, and perhaps more: what no pattern can say is left to `holds`. */
  readonly pattern: Pattern;
  /** What the pattern cannot say, for texts that match it: check digits. */
  readonly holds: (text: string) => boolean;
  /** The kind whose pieces are texts of this format. */
  readonly kind: Kind;
}

const OCTET = '(?:[0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])';
const IPV4 = `${OCTET}(?:\\.${OCTET}){3}`;
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const HOST = `${LABEL}(?:\\.${LABEL})*`;
const ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";

const always = (): boolean => true;
const atMost =
  (longest: number) =>
  (text: string): boolean =>
    text.length <= longest;
const digitsOf = (text: string): string => text.replace(/[ -]/g, '');

type Row = [title: string, source: string, kind: string, holds?: (text: string) => boolean];

const ROWS: Record<TextFormat, Row> = {
  // The dot-atoms of RFC 5321: no quoted local parts, no address literals; a domain has a dot.
  email: ['an e-mail address', `${ATOM}(?:\\.${ATOM})*@${LABEL}(?:\\.${LABEL})+`, 'email', atMost(254)],
  uuid: ['a UUID', '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}', 'uuid'],
  url: [
    'an http(s) URL',
    `(?i:https?)://${HOST}(?::[0-9]{1,5})?(?:[/?#][A-Za-z0-9._~:/?#\\[\\]@!$&'()*+,;=%-]*)?`,
    'url',
  ],
  hostname: ['a host name', HOST, 'domain', atMost(253)],
  ipv4: ['an IPv4 address', IPV4, 'ipv4'],
  ipv6: ['an IPv6 address', '[0-9a-fA-F:.]{2,45}', 'ipv6', isIpv6],
  mac: ['a MAC address', '[0-9a-fA-F]{2}(?:[:-][0-9a-fA-F]{2}){5}', 'mac'],
  slug: ['a slug (lower-case words joined by dashes)', '[a-z0-9]+(?:-[a-z0-9]+)*', 'slug'],
  phone: ['a phone number', '\\+?[0-9(](?:[ ()./-]?[0-9)]){5,19}', 'phone', hasPhoneDigits],
  iban: ['an IBAN with right check digits', '[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}', 'iban', keepsIban],
  card_number: [
    'a card number with a right check digit',
    '[0-9](?:[ -]?[0-9]){11,18}',
    'card number',
    (text) => keepsLuhn(digitsOf(text)),
  ],
  ean13: [
    'an EAN-13 with a right check digit',
    '[0-9]{13}',
    'barcode',
    (text) => eanDigit(text.slice(0, 12)) === text[12],
  ],
  hex_color: ['a colour like #a1b2c3', '#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})', 'hex colour'],
};

const known = new Map<TextFormat, Format>();

/** A format by name; compiled when first wanted. */
export function formatOf(name: TextFormat): Format {
  let format = known.get(name);
  if (!format) {
    const [title, source, kindName, holds = always] = ROWS[name];
    const kind = kinds.find((each) => each.name === kindName);
    if (!kind) throw new Error(`the format ${name} names the kind ${kindName}, which is not there`);
    format = { title, pattern: compilePattern(`^(?:${source})$`), holds, kind };
    known.set(name, format);
  }
  return format;
}

/** Eight groups of up to four hexadecimal digits, `::` once for a run of zeros, perhaps an IPv4 address as the last two (RFC 4291). */
function isIpv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups[groups.length - 1] ?? '';
  const mapped = last.includes('.');
  if (mapped && !compilePattern(`^${IPV4}$`).matches(last)) return false;
  const plain = mapped ? groups.slice(0, -1) : groups;
  if (!plain.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  // An IPv4 tail must be what the text ends in, not what stands before the gap.
  if (mapped && !text.endsWith(last)) return false;
  const count = groups.length + (mapped ? 1 : 0);
  return halves.length === 2 ? count <= 7 : count === 8;
}

function hasPhoneDigits(text: string): boolean {
  const digits = text.replace(/[^0-9]/g, '').length;
  return digits >= 6 && digits <= 15;
}
