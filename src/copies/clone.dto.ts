import { PickType } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsString, Length } from 'class-validator';
import { Optional } from '../../libs/http/optional.js';
import { CreateEnvironment, EnvironmentResponse, toEnvironmentResponse } from '../environments/environment.dto.js';
import type { Environment } from '../environments/environment.entity.js';
import type { JobRun } from '../jobs/job-run.entity.js';
import { RunResponse, toRunResponse } from '../jobs/run.dto.js';

/** The environment to make, and what of the other one it gets. Description and protection are the other one's. */
export class CloneEnvironment extends PickType(CreateEnvironment, ['slug', 'color'] as const) {
  /**
   * Name, 1 to 100 characters.
   * @example "Staging 2"
   */
  @IsString()
  @Length(1, 100)
  name: string;

  /**
   * Whether all records are copied, by a run.
   * @example true
   */
  @Optional()
  @IsBoolean()
  include_data?: boolean;

  /**
   * Whether the features' health is copied: which are attached, whether they work, when they were last tested.
   * @example true
   */
  @Optional()
  @IsBoolean()
  include_feature_status?: boolean;

  /**
   * `keep`: each record with its status and its use, but for leases, of which copies are active. `reset`: active and never
   * used, but for invalid records, which stay invalid.
   * @example "reset"
   */
  @Optional()
  @IsIn(['keep', 'reset'])
  records?: 'keep' | 'reset';
}

/** The environment that was made, and the run that fills it. */
export class CloneResponse {
  /** The environment, which is there at once. */
  environment: EnvironmentResponse;

  /** The run that copies the records; null where none are copied. */
  run: RunResponse | null;
}

/** An environment with the run that fills it. */
export interface Clone {
  environment: Environment;
  run: JobRun | null;
}

export function toCloneResponse({ environment, run }: Clone): CloneResponse {
  return { environment: toEnvironmentResponse(environment), run: run && toRunResponse(run) };
}
