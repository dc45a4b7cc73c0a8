import { type Program, startProgram } from './program.js';

/** Starts a real worker on a database, and waits until it takes jobs. */
export async function startWorker(databaseUrl: string, variables: Record<string, string> = {}): Promise<Program> {
  return startProgram('worker', { DATABASE_URL: databaseUrl, ...variables });
}
