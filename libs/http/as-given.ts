import { Transform } from 'class-transformer';

/** Names that Nest drops from bodies, and that class-transformer leaves out or takes for classes. */
const TROUBLE = ['constructor', 'prototype', '__proto__'];
const originals = new WeakMap<object, Record<string, unknown>>();

/** A copy of a request's body for validation, without properties of such names; {@link AsGiven} still finds them. */
export function bodyToValidate(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(bodyToValidate);
  if (typeof body !== 'object' || body === null || Object.getPrototypeOf(body) !== Object.prototype) return body;
  const kept = Object.entries(body).filter(([name]) => !TROUBLE.includes(name));
  const copy = Object.fromEntries(kept.map(([name, value]) => [name, bodyToValidate(value)]));
  originals.set(copy, body as Record<string, unknown>);
  return copy;
}

/**
 * The property is free-form JSON whose names are the user's own, and stays as it was given: without this, a field called
 * `constructor` would be lost, and with it a value, or the condition of a filter.
 */
export function AsGiven(): PropertyDecorator {
  return Transform(({ obj, key }: { obj: object; key: string }) => {
    const given = originals.get(obj) ?? (obj as Record<string, unknown>);
    return Object.hasOwn(given, key) ? given[key] : undefined;
  });
}
