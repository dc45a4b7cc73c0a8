import { Param, type PipeTransform } from '@nestjs/common';
import { invalidRequest } from './validation.js';

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** The id, in lower case. Throws 422 where the text is no UUID. */
export function readId(name: string, value: string, where: 'param' | 'body' = 'param'): string {
  if (UUID.test(value)) return value.toLowerCase();
  throw invalidRequest([{ pointer: `/${name}`, code: 'is_uuid', detail: `${name} must be a UUID` }], where);
}

class IdPipe implements PipeTransform<string, string> {
  constructor(private readonly name: string) {}

  transform(value: string): string {
    return readId(this.name, value);
  }
}

/** A path parameter that is a UUID. */
export function Id(name: string): ParameterDecorator {
  return Param(name, new IdPipe(name));
}
