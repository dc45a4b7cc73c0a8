import { ApiProperty } from '@nestjs/swagger';
import { Equals, IsIn, IsUUID } from 'class-validator';
import { StartManyGeneration } from '../test-data/many-generation.dto.js';
import { StartGeneration } from '../test-data/record.dto.js';

/** A run of `generate`, as a schedule starts it. */
export class ScheduledGeneration extends StartGeneration {
  /** Makes records of one schema. */
  @ApiProperty({ enum: ['generate'] })
  @Equals('generate')
  type: 'generate';

  /** Environment in which it works. */
  @IsUUID()
  environment_id: string;

  /** Schema to make records of. */
  @IsUUID()
  schema_id: string;
}

/** A run of `generateMany`, as a schedule starts it. */
export class ScheduledManyGeneration extends StartManyGeneration {
  /** Makes records of several schemas. */
  @ApiProperty({ enum: ['generate_many'] })
  @Equals('generate_many')
  type: 'generate_many';

  /** Environment in which it works. */
  @IsUUID()
  environment_id: string;
}

export type ScheduledRun = ScheduledGeneration | ScheduledManyGeneration;

/** What a run of no known type is checked as. */
export class UnknownRun {
  @IsIn(['generate', 'generate_many'])
  type: string;
}
