import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import type { Page } from '../database/page.js';
import { Optional } from './optional.js';

/** What every list takes. */
export class PageQuery {
  /**
   * How many entries to answer with at most.
   * @example 50
   */
  @Optional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  @ApiProperty({ required: false })
  limit: number = 50;

  /** `next_cursor` of the page before; leave out for the first page. */
  @Optional()
  @IsString()
  @MaxLength(500)
  cursor?: string;
}

/** The page as it is answered, each entry through its mapping function. */
export function toPageResponse<T, R>(
  page: Page<T>,
  toResponse: (entry: T) => R,
): { data: R[]; next_cursor: string | null } {
  return { data: page.data.map((entry) => toResponse(entry)), next_cursor: page.nextCursor };
}
