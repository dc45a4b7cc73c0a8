import { type ArgumentMetadata, ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { type FieldError, Invalid } from '../errors/errors.js';

/** Checks bodies and queries against their DTO classes; what the class does not name is refused, not dropped. */
export class RequestValidation extends ValidationPipe {
  constructor() {
    super({ whitelist: true, forbidNonWhitelisted: true, transform: true, validationError: { target: false } });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    this.exceptionFactory = (errors) =>
      invalidRequest(
        errors.flatMap((error) => fieldErrors(error, '')),
        metadata.type,
      );
    return super.transform(value, metadata);
  }
}

/** The 422 answer for a request whose fields break rules. */
export function invalidRequest(errors: FieldError[], where: ArgumentMetadata['type'] = 'body'): Invalid {
  const located = where === 'body' ? errors : errors.map(asParameter);
  const count = located.length === 1 ? '1 rule' : `${located.length} rules`;
  return new Invalid('request.invalid', `The request breaks ${count}; see errors.`, located);
}

function asParameter({ pointer, code, detail }: FieldError): FieldError {
  return { parameter: pointer?.slice(1), code, detail };
}

function fieldErrors(error: ValidationError, parent: string): FieldError[] {
  const pointer = `${parent}/${error.property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const own = Object.entries(error.constraints ?? {}).map(([rule, detail]) => ({
    pointer,
    code: rule === 'whitelistValidation' ? 'unknown_property' : snakeCase(rule),
    detail: rule === 'whitelistValidation' ? `${error.property} is not a property of this request` : detail,
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => fieldErrors(child, pointer))];
}

function snakeCase(rule: string): string {
  return rule.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
