import { type Distribution } from './definition.js';
import { isPlainObject, shown } from './reader.js';
import { type RuleReader } from './rule-reader.js';

/** The parameters of each distribution, with the range that they must lie in. */
const PARAMETERS: Record<Distribution['type'], Record<string, readonly [number, number]>> = {
  uniform: {},
  normal: { mean: [-1e15, 1e15], stddev: [1e-10, 1e15] },
  log_normal: { mean: [-50, 50], stddev: [1e-6, 50] },
  zipf: { exponent: [0.01, 20] },
};

/** Reads `distribution`: an object with a type and its parameters, or the type alone as text. */
export function readDistribution(
  reader: RuleReader,
  allowed: readonly Distribution['type'][],
): Distribution | undefined {
  const given = reader.get('distribution');
  if (given === undefined) return undefined;
  const input: unknown = typeof given === 'string' ? { type: given } : given;
  const type = isPlainObject(input) ? allowed.find((each) => each === input.type) : undefined;
  if (!isPlainObject(input) || type === undefined) {
    reader.refuse('distribution', 'invalid', `distribution must be of type ${allowed.join(', ')}, not ${shown(given)}`);
    return undefined;
  }
  for (const [name, value] of Object.entries(input)) {
    if (name === 'type') continue;
    const range = Object.hasOwn(PARAMETERS[type], name) ? PARAMETERS[type][name] : undefined;
    const fits = typeof value === 'number' && range && value >= range[0] && value <= range[1];
    if (fits) continue;
    const expected = range ? `must be a number from ${range[0]} to ${range[1]}` : 'is no parameter of it';
    reader.refuse('distribution', 'parameter', `distribution ${type}: ${name} ${expected}, not ${shown(value)}`);
    return undefined;
  }
  return { ...input, type };
}
