import { ValidateIf } from 'class-validator';

/** The property may be left out, but not be null (`@IsOptional()` of class-validator lets null through). */
export function Optional(): PropertyDecorator {
  return ValidateIf((_, value) => value !== undefined);
}
