import type { FieldDefinition, ItemDefinition } from '../generator/definition/definition.js';
import { type ValueCheck, valueCheck } from '../generator/validation/value-check.js';
import { dateMask } from './date-mask.js';
import { derivedAnew, isDerived } from './derived-fields.js';
import { KeyedPermutations } from './keyed-permutation.js';
import { MaskError } from './mask-error.js';
import type { MaskMethod, MaskRule } from './mask-rule.js';
import { numberMask } from './number-mask.js';
import { TextMasks } from './text-mask.js';

/** Makes another value of one that is not null. */
export type ValueMask = (value: unknown, now: number) => unknown;

/** How often a value is exchanged until it keeps the field's rules. */
const MOST_WALKS = 1_000;
/** Texts whose masked form is remembered: names, towns and the like come again and again. */
const MOST_KNOWN = 20_000;
const LONGEST_KNOWN = 40;

/** Masks for fields, under one key. */
export class FieldMasks {
  private readonly texts: TextMasks;
  private readonly numbers: KeyedPermutations;
  private readonly dates: KeyedPermutations;
  private readonly choices: KeyedPermutations;

  constructor(key: Uint8Array) {
    this.texts = new TextMasks(key);
    this.numbers = new KeyedPermutations(key, 'number');
    this.dates = new KeyedPermutations(key, 'date');
    this.choices = new KeyedPermutations(key, 'choice');
  }

  /** The mask that the rule asks for; `path` is what messages call the field. */
  of(field: ItemDefinition, rule: MaskRule, path: string): ValueMask {
    if (typeof rule === 'object') return () => rule.value;
    if (rule === 'null') return () => null;
    if (rule === 'auto') return this.auto(field, path);
    return remembering(this.textMask(rule));
  }

  private textMask(method: Exclude<MaskMethod, 'auto' | 'null'>): (text: string) => string {
    switch (method) {
      case 'keep_format':
        return this.texts.keepFormat;
      case 'digits':
        return this.texts.digits;
      case 'email':
        return this.texts.email;
      case 'name':
        return this.texts.name;
      case 'hash':
        return this.texts.hash;
    }
  }

  private auto(field: ItemDefinition, path: string): ValueMask {
    const { items, fields } = field;
    if (items) {
      const mask = this.auto(items, path);
      return (value, now) => (value as unknown[]).map((each) => (each === null ? null : mask(each, now)));
    }
    if (fields) return this.autoObject(fields, path);
    const named = { ...field, id: '', name: path };
    return valid(this.exchange(named), valueCheck(named), path);
  }

  private autoObject(fields: readonly FieldDefinition[], path: string): ValueMask {
    const masks = fields
      .filter((field) => field.type !== 'reference' && !isDerived(field))
      .map((field) => [field.name, this.auto(field, `${path}/${field.name}`)] as const);
    const anew = derivedAnew(
      fields,
      masks.map(([name]) => name),
    );
    return (value, now) => {
      const masked = { ...(value as Record<string, unknown>) };
      for (const [name, mask] of masks) {
        if (Object.hasOwn(masked, name) && masked[name] !== null) masked[name] = mask(masked[name], now);
      }
      return anew ? anew(masked) : masked;
    };
  }

  private exchange(field: FieldDefinition): ValueMask {
    switch (field.type) {
      case 'string': {
        const mask = remembering(this.texts.auto(field));
        return (value) => mask(value);
      }
      case 'number': {
        const mask = numberMask(field, this.numbers);
        return (value) => mask(value as number);
      }
      case 'date': {
        const mask = dateMask(field, this.dates);
        return (value, now) => mask(value as string, now);
      }
      case 'boolean':
        return this.choice([false, true]);
      case 'options':
        return this.choice(field.options ?? []);
      case 'reference':
      case 'array':
      case 'object':
        throw new MaskError(`${field.name} has no mask`);
    }
  }

  private choice(options: readonly unknown[]): ValueMask {
    const size = BigInt(options.length);
    return (value) => options[Number(this.choices.at(BigInt(options.indexOf(value)), size))];
  }
}

/**
 * Exchanges again until the value keeps the field's rules. Walking on from a value that does, within what one permutation
 * makes of it, is a permutation of those that do. Throws MaskError where it does not to begin with, or no other is found.
 */
function valid(exchange: ValueMask, check: ValueCheck, path: string): ValueMask {
  return (value, now) => {
    if (check(value, now) !== null) throw new MaskError(`its ${path} breaks the field's rules`);
    let next = exchange(value, now);
    for (let walks = 1; check(next, now) !== null; walks += 1) {
      if (walks > MOST_WALKS) throw new MaskError(`no other value of ${path} was found that keeps the field's rules`);
      next = exchange(next, now);
    }
    return next;
  };
}

function remembering(mask: (text: string) => string): (value: unknown) => string {
  const known = new Map<string, string>();
  return (value) => {
    if (typeof value !== 'string') throw new MaskError('there is something else than a text where a text was expected');
    const before = known.get(value);
    if (before !== undefined) return before;
    const masked = mask(value);
    if (known.size < MOST_KNOWN && value.length <= LONGEST_KNOWN) known.set(value, masked);
    return masked;
  };
}
