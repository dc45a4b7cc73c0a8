import { type ArgumentMetadata, ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { type FieldError, Invalid } from '../errors/errors.js';
import { bodyToValidate } from './as-given.js';

/** What a DTO class found wrong, before it is known where the value came from. */
class Findings extends Error {
  constructor(readonly found: ValidationError[]) {
    super();
  }
}

/** Checks bodies and queries against their DTO classes; what the class does not name is refused, not dropped. */
export class RequestValidation extends ValidationPipe {
  /** Classes that need nothing of a query: to find that out again is a tenth of what a quick request takes. */
  private readonly contentWithNothing = new Set<unknown>();

  constructor() {
    super({
      whitelist: true,
      forbidNonWhitelisted: true,
      transform: true,
      validationError: { target: false },
      exceptionFactory: (found) => new Findings(found),
    });
  }

  // One pipe serves all parameters of all requests, at the same time: it must keep nothing about any of them.
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { type, metatype } = metadata;
    const isNothing = type === 'query' && metatype !== undefined && Object.keys(value as object).length === 0;
    if (isNothing && this.contentWithNothing.has(metatype)) return new metatype();
    try {
      const checked = type === 'body' ? bodyToValidate(value) : value;
      const result: unknown = await super.transform(checked, metadata);
      if (isNothing) this.contentWithNothing.add(metatype);
      return result === checked ? value : result;
    } catch (error) {
      if (!(error instanceof Findings)) throw error;
      const errors = error.found.flatMap((found) => fieldErrors(found, ''));
      throw invalidRequest(errors, type);
    }
  }
}

/** Broken rules that one answer names; a body of 1 MiB can break tens of thousands. */
const MOST_ERRORS = 100;

/** The 422 answer for a request whose fields break rules. */
export function invalidRequest(errors: FieldError[], where: ArgumentMetadata['type'] = 'body'): Invalid {
  const named = errors.slice(0, MOST_ERRORS);
  const located = where === 'body' ? named : named.map(asParameter);
  const count = errors.length === 1 ? '1 rule' : `${errors.length} rules`;
  return new Invalid('request.invalid', `The request breaks ${count}; see errors.`, located);
}

function asParameter({ pointer, code, detail }: FieldError): FieldError {
  return { parameter: pointer?.slice(1), code, detail };
}

/** `isSaid` where the list that the value stands in is known already to hold something else than objects. */
function fieldErrors(error: ValidationError, parent: string, isSaid = false): FieldError[] {
  const pointer = `${parent}/${error.property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const { nestedValidation, ...constraints } = error.constraints ?? {};
  const isObject = constraints['isObject'] !== undefined;
  // Says less than the rule that the value is to be an object.
  const broken = nestedValidation && !isObject && !isSaid ? { ...constraints, nestedValidation } : constraints;
  const own = Object.entries(broken).map(([rule, detail]) => ({
    pointer,
    code: rule === 'whitelistValidation' ? 'unknown_property' : snakeCase(rule),
    detail: rule === 'whitelistValidation' ? `${error.property} is not a property of this request` : detail,
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => fieldErrors(child, pointer, isObject))];
}

function snakeCase(rule: string): string {
  return rule.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
