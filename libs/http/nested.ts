import { applyDecorators, type Type as Class } from '@nestjs/common';
import { Type } from 'class-transformer';
import { IsArray, IsObject, ValidateNested } from 'class-validator';

/** The property is an object of this class, checked by the class's own rules. Not a list: `@ValidateNested()` alone takes one. */
export function Nested(of: () => Class): PropertyDecorator {
  return applyDecorators(IsObject(), ValidateNested(), Type(of));
}

/** The property is a list of objects of this class, each checked by the class's own rules. */
export function NestedList(of: () => Class): PropertyDecorator {
  return applyDecorators(IsArray(), IsObject({ each: true }), ValidateNested({ each: true }), Type(of));
}
