import { ValidateBy } from 'class-validator';

/** A seed is text of 1 to 100 characters, or a whole number that JSON carries exactly. */
export function IsSeed(): PropertyDecorator {
  return ValidateBy({
    name: 'isSeed',
    validator: {
      validate: (value: unknown) =>
        typeof value === 'string' ? value.length >= 1 && value.length <= 100 : Number.isSafeInteger(value),
      defaultMessage: () => 'seed must be text of 1 to 100 characters or a whole number',
    },
  });
}
