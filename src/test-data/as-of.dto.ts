import { ApiProperty } from '@nestjs/swagger';
import { ValidateBy } from 'class-validator';
import { isMoment } from '../../libs/http/is-moment.js';
import { Optional } from '../../libs/http/optional.js';

const IsAsOf = (): PropertyDecorator =>
  ValidateBy({
    name: 'is_as_of',
    validator: {
      validate: (value) => value === 'now' || isMoment(value),
      defaultMessage: () => '$property must be `now`, a date or an RFC 3339 date-time',
    },
  });

/** Documents and checks `as_of`. */
export function AsOf(): PropertyDecorator {
  return (target, property) => {
    ApiProperty({ type: String, required: false, example: 'now' })(target, property);
    Optional()(target, property);
    IsAsOf()(target, property);
  };
}

/** How to show a record. */
export class GetRecord {
  /**
   * Shows values as they would be at this moment (`now`, a date or an RFC 3339 date-time): dates with bounds such as `now-30d`
   * are moved by the time that has passed, with what hangs together with them. Left out, values are shown as they are stored.
   */
  @AsOf()
  as_of?: string;
}

/** The moment that `as_of` names; null where it names none. */
export function momentOf(asOf: string | undefined): Date | null {
  if (asOf === undefined) return null;
  return asOf === 'now' ? new Date() : new Date(asOf);
}
