import { IsBoolean, IsInt, Max, Min } from 'class-validator';
import { Optional } from '../../libs/http/optional.js';
import type { StockThreshold } from './stock-threshold.entity.js';

/** How low a stock may get, and how far it is filled up then. */
export class SetStockThreshold {
  /**
   * Active records that there should be at least, 1 to 1,000,000,000; with fewer, a run makes more.
   * @example 100
   */
  @IsInt()
  @Min(1)
  @Max(1_000_000_000)
  at_least: number;

  /**
   * Active records that there are to be then, not fewer than `at_least`; the installation sets the most.
   * @example 1000
   */
  @IsInt()
  @Min(1)
  @Max(1_000_000_000)
  top_up_to: number;

  /**
   * Whether runs are started; left out, they are.
   * @example true
   */
  @Optional()
  @IsBoolean()
  is_enabled?: boolean;
}

/** How low a stock may get, and what became of filling it up. */
export class StockThresholdResponse {
  /** The schema. */
  schema_id: string;

  /** The environment. */
  environment_id: string;

  /**
   * Active records that there should be at least.
   * @example 100
   */
  at_least: number;

  /**
   * Active records that there are to be after a run.
   * @example 1000
   */
  top_up_to: number;

  /** Whether runs are started; it ends after five failures in a row, and where `runs_as` may not start them any more. */
  is_enabled: boolean;

  /** In whose name runs are started: who set it last. */
  runs_as: string;

  /**
   * Run that was started last; null before the first.
   * @example null
   */
  last_run_id: string | null;

  /**
   * When that was.
   * @example null
   */
  last_run_at: Date | null;

  /**
   * Why a run could not be started, or failed; null once one has succeeded, or it is set anew.
   * @example null
   */
  last_error: string | null;

  /**
   * When that was.
   * @example null
   */
  last_error_at: Date | null;

  /**
   * Until when no further run is started after a failure: a minute, and twice as long each time; null where nothing failed.
   * @example null
   */
  retry_at: Date | null;

  /** When it was last set. */
  updated_at: Date;
}

export function toStockThresholdResponse(threshold: StockThreshold): StockThresholdResponse {
  return {
    schema_id: threshold.schemaId,
    environment_id: threshold.environmentId,
    at_least: threshold.atLeast,
    top_up_to: threshold.topUpTo,
    is_enabled: threshold.isEnabled,
    runs_as: threshold.runsAs,
    last_run_id: threshold.lastRunId,
    last_run_at: threshold.lastRunAt,
    last_error: threshold.lastError,
    last_error_at: threshold.lastErrorAt,
    retry_at: threshold.retryAt,
    updated_at: threshold.updatedAt,
  };
}
