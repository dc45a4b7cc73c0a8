import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, getSchemaPath, PickType } from '@nestjs/swagger';
import { IsObject } from 'class-validator';
import { AsGiven } from '../../libs/http/as-given.js';
import { Optional } from '../../libs/http/optional.js';
import { FieldDefinitionDto } from './definition.dto.js';
import { OVERRIDABLE } from './overrides.js';

/** Rules that are numbers or text; OpenAPI has `nullable` beside a type alone. */
const EITHER = ['min', 'max', 'min_length', 'max_length', 'exclusive_min', 'exclusive_max', 'step', 'default'];
const NUMBER_OR_TEXT_OR_NULL = [{ type: 'number', nullable: true }, { type: 'string' }];

/**
 * Other rules of a field, in place of the schema's own; null drops a rule. Or one `value` for all rows, alone. What they make
 * has to keep the schema's rules all the same: every row is checked.
 */
export class FieldOverrideDto extends PickType(FieldDefinitionDto, OVERRIDABLE) {
  /**
   * The value of the field in every row; null for none. Not for unique fields and members of unique keys, nor for arrays and
   * objects.
   */
  @ApiProperty({ required: false, oneOf: [...NUMBER_OR_TEXT_OR_NULL, { type: 'boolean' }], example: undefined })
  value?: string | number | boolean | null;
}

for (const rule of OVERRIDABLE) {
  const isEither = EITHER.some((each) => each === rule);
  const type = isEither
    ? { oneOf: rule === 'default' ? [...NUMBER_OR_TEXT_OR_NULL, { type: 'boolean' }] : NUMBER_OR_TEXT_OR_NULL }
    : { nullable: true };
  ApiProperty({ ...type, required: false })(FieldOverrideDto.prototype, rule);
}

/** A body's overrides by the field's name. What is in them is read as rules are, and so is told apart field by field. */
export function ApiOverrides(): PropertyDecorator {
  return (target, property) =>
    applyDecorators(
      ApiProperty({
        type: 'object',
        additionalProperties: { $ref: getSchemaPath(FieldOverrideDto) },
        example: { age: { min: 18, max: 30 }, city: { value: 'Berlin' } },
      }),
      Optional(),
      IsObject(),
      AsGiven(),
      (of: object) => ApiExtraModels(FieldOverrideDto)(of.constructor),
    )(target, property);
}
