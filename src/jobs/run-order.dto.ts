import { IsIn } from 'class-validator';
import { Optional } from '../../libs/http/optional.js';

/** What every run may be asked for with. */
export class RunOrder {
  /** Whether it is taken before or after other runs that wait; `normal` where it is left out. */
  @Optional()
  @IsIn(['high', 'normal', 'low'])
  priority?: 'high' | 'normal' | 'low';
}
