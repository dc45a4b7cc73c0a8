import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsUUID,
  Min,
} from 'class-validator';
import { AsGiven } from '../../libs/http/as-given.js';
import { Nested, NestedList } from '../../libs/http/nested.js';
import { Optional } from '../../libs/http/optional.js';
import { IsSeed } from '../test-data/is-seed.js';
import { RecordFilter } from '../test-data/record-filter.dto.js';
import { RunOrder } from '../jobs/run-order.dto.js';

/** A random sample of the records that are meant. */
export class CopySample {
  /**
   * How many records.
   * @example 1000
   */
  @IsInt()
  @Min(1)
  size: number;

  /** The same seed chooses the same records, as long as they are there. */
  @ApiProperty({ oneOf: [{ type: 'string', maxLength: 100 }, { type: 'integer' }], example: 42 })
  @IsSeed()
  seed: string | number;
}

class CopySelection {
  /** Only records for which this holds. */
  @Optional()
  @Nested(() => RecordFilter)
  filter?: RecordFilter;

  /**
   * At most so many records of each schema, the oldest first.
   * @example 10000
   */
  @Optional()
  @IsInt()
  @Min(1)
  limit?: number;

  /** A random sample of each schema's records, instead of the oldest. */
  @Optional()
  @Nested(() => CopySample)
  sample?: CopySample;
}

/** A schema whose records are copied; what is left out is as for all schemas. */
export class CopySchema extends CopySelection {
  /** Id of the schema. */
  @IsUUID()
  schema_id: string;
}

/** Which records are copied, where to, and how. */
export class StartCopy extends IntersectionType(CopySelection, RunOrder) {
  /** Environment whose records are copied. */
  @IsUUID()
  from_environment_id: string;

  /** Environments of the same project that get the copies, 20 at most; one where records are moved. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @ArrayUnique()
  @IsUUID(undefined, { each: true })
  to_environment_ids: string[];

  /** Schemas whose records are copied, 200 at most; left out, all that are active. */
  @Optional()
  @ArrayMinSize(1)
  @ArrayMaxSize(200)
  @ArrayUnique((schema: CopySchema) => schema.schema_id)
  @NestedList(() => CopySchema)
  schemas?: CopySchema[];

  /**
   * What happens to a record with a value under a unique key that is in use where it comes to. `skip` (where it is left
   * out): it is not copied, but listed. `replace`: the record that has the value keeps its id and gets the values of the
   * copy; where several have one of its values, it is skipped. `fail`: the run ends.
   * @example "skip"
   */
  @Optional()
  @IsIn(['skip', 'replace', 'fail'])
  on_conflict?: 'skip' | 'replace' | 'fail';

  /**
   * `keep` (where it is left out): each record with its status and its use, but for leases, of which copies are active.
   * `reset`: active and never used, but for invalid records, which stay invalid.
   * @example "reset"
   */
  @Optional()
  @IsIn(['keep', 'reset'])
  records?: 'keep' | 'reset';

  /** Whether copied records are deleted where they come from, in the same transaction; leased ones stay, and are not copied. */
  @Optional()
  @IsBoolean()
  move?: boolean;

  /**
   * Fields to replace, by the name or id of the schema and the path of the field (`address/city`, `tags[]`, `lines[]/note`).
   * The same input gives the same output in all schemas and runs of the organization, and different inputs different
   * outputs, but for `name`. `auto`: a value of the field's own rules, of the same shape. `keep_format`: each letter and
   * digit another one. `digits`: each digit another one. `email`: an address at example.com. `name`: a name for each word.
   * `hash`: 32 hexadecimal digits. `null`: none. `{ "value": … }`: this one.
   */
  @ApiProperty({
    type: 'object',
    additionalProperties: {
      type: 'object',
      additionalProperties: {
        oneOf: [
          { type: 'string', enum: ['auto', 'keep_format', 'digits', 'email', 'name', 'hash', 'null'] },
          { type: 'object', properties: { value: {} }, required: ['value'] },
        ],
      },
    },
    selfRequired: false,
    example: { User: { email: 'email', first_name: 'name', phone: 'digits', notes: 'null' } },
  })
  @Optional()
  @IsObject()
  @AsGiven()
  mask?: Record<string, Record<string, unknown>>;

  /**
   * Whether nothing is copied, only counted: the run's `result` says how many `records` of which schema it would be, and how
   * many `conflicts`: copies with a unique value that is in use where they would come to.
   */
  @Optional()
  @IsBoolean()
  dry_run?: boolean;
}
