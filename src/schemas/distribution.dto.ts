import { ApiProperty } from '@nestjs/swagger';

/** Numbers may stand as text, which carries them exactly. */
export const NUMBER_OR_TEXT = [{ type: 'number' }, { type: 'string' }];

/** How likely which values are. */
export class DistributionDto {
  /** `normal` and `log_normal` take a mean and a standard deviation (of the logarithm), `zipf` an exponent. */
  type: 'uniform' | 'normal' | 'log_normal' | 'zipf';

  /**
   * Mean; left out, the middle of the bounds.
   * @example 40
   */
  @ApiProperty({ type: 'number', required: false, format: 'double' })
  mean?: number;

  /**
   * Standard deviation; left out, a sixth of the bounds.
   * @example 12
   */
  @ApiProperty({ type: 'number', required: false, format: 'double' })
  stddev?: number;

  /**
   * The k-th value is chosen as often as 1 / k^exponent.
   * @example 1
   */
  @ApiProperty({ type: 'number', required: false, format: 'double' })
  exponent?: number;
}

/** Numbers that go up by the row. */
export class SequenceDto {
  /**
   * Number of the first row.
   * @example 1
   */
  @ApiProperty({ oneOf: NUMBER_OR_TEXT, required: false })
  start?: number | string;

  /**
   * How much more each further row has.
   * @example 1
   */
  @ApiProperty({ oneOf: NUMBER_OR_TEXT, required: false })
  step?: number | string;
}
