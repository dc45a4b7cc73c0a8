import { testSettings } from '../../libs/config/test-settings.js';
import { type Program, startProgram } from './program.js';

/** Settings with which a worker finds out sooner what others have left or the queue has lost. The long form waits as long as users do. */
export const SOON: Record<string, string> = testSettings().isLong ? {} : { LOCK_SECONDS: '2', UPKEEP_MS: '1000' };

/** Starts a real worker on a database, and waits until it takes jobs. */
export async function startWorker(databaseUrl: string, variables: Record<string, string> = {}): Promise<Program> {
  return startProgram('worker', { DATABASE_URL: databaseUrl, ...variables });
}
