import { testSettings } from '../../libs/config/test-settings.js';
import { type Client, createClient } from '../../libs/client/generated/client/index.js';
import { createDatabase, type TestDatabase } from './database.js';
import { type Program, startProgram } from './program.js';

/** A real API process on a database of its own. */
export interface TestApi {
  url: string;
  db: TestDatabase;
  program: Program;
  /** A client that is not signed in. */
  anonymous: Client;
  /** A client with this access token. */
  client(token: string): Client;
  close(): Promise<void>;
}

/** Tests of the long form take longer than a token usually lasts. */
const PATIENT: Record<string, string> = testSettings().isLong ? { ACCESS_TOKEN_MINUTES: '60' } : {};

/** Starts the API; `variables` are those of its environment, `database` a copy of the migrated one unless it is given. */
export async function startApi(variables: Record<string, string> = {}, database?: TestDatabase): Promise<TestApi> {
  const db = database ?? (await createDatabase());
  const program = await startProgram('api', { DATABASE_URL: db.url, ...PATIENT, ...variables });
  const baseUrl = program.url;
  return {
    url: baseUrl,
    db,
    program,
    anonymous: createClient({ baseUrl }),
    client: (token) => createClient({ baseUrl, headers: { authorization: `Bearer ${token}` } }),
    close: async () => {
      await program.stop();
      await db.drop();
    },
  };
}
