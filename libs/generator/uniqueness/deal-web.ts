import { type Extent } from '../values/field-plan.js';
import { MAX_SPAN } from '../values/part.js';
import { type Deal, type KeyMembers, rowPermutation } from './deal.js';
import { Permutation } from './permutation.js';

/** How row numbers are written as polynomials over a prime field, and how many values of one each field takes. */
interface Web {
  readonly prime: number;
  /** Coefficients of a row's polynomial: any so many of its values tell it from all others. */
  readonly degree: number;
  /** How many values of the polynomial each field (as in Deal.fields) holds. */
  readonly forms: readonly number[];
}

const size = (web: Web): number => web.prime ** web.degree;

/**
 * Keys that share fields in any way. A row number is a polynomial over a prime field, each field holds its values at
 * points of its own, and a key that holds as many values as there are coefficients determines the row: the code of
 * I. Reed and G. Solomon (1960). So no key repeats; how near that comes to all combinations depends on the sizes.
 */
export function dealWeb(keys: readonly KeyMembers[], extents: readonly Extent[]): Deal {
  const fields = [...new Set(keys.flat())];
  const sizes = fields.map((f) => extents[f]!.size);
  const places = keys.map((key) => key.map((f) => fields.indexOf(f)));
  const spaces = places.map((key) => key.reduce((product, f) => product * sizes[f]!, 1));
  const tightest = spaces.indexOf(Math.min(...spaces));
  const web = bestWeb(places, sizes);
  const count = web ? size(web) : 0;
  return {
    fields,
    size: count,
    exact: count === spaces[tightest] && keys[tightest]!.every((f) => extents[f]!.exact),
    boundBy: keys[tightest]!,
    open: (name, keyOf) => {
      const permuted = rowPermutation(name, count, keyOf(''));
      if (!web) return (_f, i) => permuted(i);
      const starts = web.forms.map((_, f) => web.forms.slice(0, f).reduce((sum, each) => sum + each, 0));
      // Each value goes through a permutation of its own, so that what is a straight line does not look like one.
      const turns = web.forms.flatMap((n, f) =>
        Array.from({ length: n }, (_, k) => new Permutation(web.prime, keyOf(`form ${f} ${k}`))),
      );
      return (f, i, stream) => {
        const x = permuted(i);
        let rank = 0;
        for (let k = starts[f]!; k < starts[f]! + web.forms[f]!; k++)
          rank = rank * web.prime + turns[k]!.at(valueAt(x, k, web));
        const stride = Math.floor(sizes[f]! / web.prime ** web.forms[f]!);
        return stride <= 1 ? rank : rank * stride + stream.below(stride);
      };
    },
  };
}

/** The value of row x's polynomial at point k; the last point is the one at infinity, the leading coefficient. */
function valueAt(x: number, k: number, { prime, degree }: Web): number {
  if (degree === 1) return x;
  let rest = x;
  let value = 0;
  for (let c = 0; c < degree; c++) {
    const coefficient = rest % prime;
    rest = Math.floor(rest / prime);
    if (k < prime) value = (value * k + coefficient) % prime;
    else if (c === 0) value = coefficient;
  }
  return value;
}

/** The web that deals most rows; null when a field has no values. */
function bestWeb(keys: readonly (readonly number[])[], sizes: readonly number[]): Web | null {
  if (sizes.some((each) => each < 1)) return null;
  let best: Web | null = null;
  for (const prime of candidates(sizes)) {
    for (let degree = 1; degree <= 16 && prime ** degree <= MAX_SPAN; degree++) {
      const forms = sizes.map((each) => Math.min(degree, wholeLog(each, prime)));
      const total = forms.reduce((sum, n) => sum + n, 0);
      const tells = keys.every((key) => key.reduce((sum, f) => sum + forms[f]!, 0) >= degree);
      // A prime field has so many points, and one at infinity. One coefficient is the same at all of them.
      if (!tells || (degree > 1 && (total > prime + 1 || !isPrime(prime)))) continue;
      const web = { prime, degree, forms };
      if (best === null || size(web) > size(best)) best = web;
    }
  }
  return best;
}

/** Moduli worth trying: each field's size (for one coefficient), and the primes below it and its roots. */
function candidates(sizes: readonly number[]): number[] {
  const found = new Set<number>();
  for (const each of sizes) {
    found.add(Math.min(each, MAX_SPAN));
    for (let root = 1; root <= 4; root++) {
      const prime = primeUpTo(Math.min(2 ** 23, Math.floor(each ** (1 / root) + 1e-9)));
      if (prime >= 2) found.add(prime);
    }
  }
  return [...found].sort((a, b) => a - b);
}

function primeUpTo(n: number): number {
  let prime = n;
  while (prime >= 2 && !isPrime(prime)) prime--;
  return prime;
}

function isPrime(n: number): boolean {
  if (n < 2) return false;
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
  return true;
}

/** The largest k with base^k ≤ n. */
function wholeLog(n: number, base: number): number {
  if (base < 2) return 16;
  let k = 0;
  for (let power = base; power <= n && k < 16; power *= base) k++;
  return k;
}
