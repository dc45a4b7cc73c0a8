import { type Kind, fixed } from './kind.js';
import { literal, matching, optionalCount, type Piece, sequence, words } from './piece.js';
import { testDomains } from './people.js';
import { adjectives, nouns } from './words.js';

const number = optionalCount(99_999, 0);
// Numbers stand behind a dash, so that no word runs into them; drawn slugs have none.
const suffix: Piece = {
  ...number,
  source: '(?:-[1-9][0-9]{0,4})?',
  at: (rank) => (rank === 0 ? '' : `-${rank}`),
  cased: () => suffix,
};
const slug = fixed(() => sequence(words(adjectives, '-'), words(nouns), suffix));
const domain = fixed(() => sequence(slug(), literal('.'), words(testDomains)));
const url = fixed(() => sequence(literal('https://'), domain()));
const page = fixed(() => sequence(literal('http://'), domain()));
const image = fixed(() => sequence(literal('https://example.com/images/'), slug(), words(['.png', '.jpg', '.webp'])));
const hex4 = '[0-9a-f]{4}';
const uuid = fixed(() => matching(`[0-9a-f]{8}-${hex4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`));
const OCTET = '(?:[0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])';
// Addresses that never meet real machines: private (RFC 1918), and IPv6 for documentation (RFC 3849).
const ip = fixed(() => matching(`10\\.${OCTET}\\.${OCTET}\\.${OCTET}`));
const ipv6 = fixed(() => matching(`2001:db8(?::${hex4}){6}`));

export const internet: readonly Kind[] = [
  { name: 'slug', answersTo: ['slug', 'permalink'], pieces: [slug] },
  { name: 'domain', answersTo: ['domain', 'domain_name', 'hostname', 'host'], pieces: [domain] },
  {
    name: 'url',
    answersTo: ['url', 'uri', 'website', 'web_site', 'homepage', 'link', 'href', 'webpage'],
    pieces: [url, page],
  },
  {
    name: 'image',
    answersTo: ['image', 'image_url', 'avatar', 'avatar_url', 'photo', 'photo_url', 'logo_url', 'picture', 'thumbnail'],
    pieces: [image],
  },
  {
    name: 'uuid',
    answersTo: ['uuid', 'guid', 'id', 'external_id', 'correlation_id', 'request_id', 'transaction_id', 'session_id'],
    pieces: [uuid],
  },
  {
    name: 'token',
    answersTo: ['token', 'api_key', 'access_token', 'refresh_token', 'session', 'hash', 'checksum'],
    pieces: [fixed(() => matching('[0-9a-f]{32}'))],
  },
  { name: 'ipv4', answersTo: ['ip', 'ip_address', 'ipv4'], pieces: [ip] },
  { name: 'ipv6', answersTo: ['ipv6', 'ipv6_address'], pieces: [ipv6] },
  { name: 'mac', answersTo: ['mac', 'mac_address'], pieces: [fixed(() => matching('02(?::[0-9a-f]{2}){5}'))] },
  {
    name: 'hex colour',
    answersTo: ['hex_color', 'color_hex', 'hex_colour'],
    pieces: [fixed(() => matching('#[0-9a-f]{6}'))],
  },
];
