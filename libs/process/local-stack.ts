import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../config/child-environment.js';
import type { Config } from '../config/config.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../database/embedded-postgres.js';
import { makeFolder } from '../database/embedded-postgres-account.js';
import { type DirectoryLock, lockDirectory } from './directory-lock.js';
import { claimPort } from './free-port.js';
import { OneShot } from './one-shot.js';
import { StartupError } from './startup-error.js';
import { Supervised } from './supervisor.js';

/** The compiled scripts of the apps that make up TestLake. */
export interface Scripts {
  migrate: string;
  api: string;
  worker: string;
}

export interface LocalOptions {
  config: Config;
  /** Drops what the processes print on stdout, and every line but troubles. */
  quiet?: boolean;
  /** Aborting ends a start that is under way; it then rejects, after everything has been stopped. */
  signal?: AbortSignal;
  scripts?: Scripts;
  /** The embedded database without durability, for tests. */
  fast?: boolean;
}

/** TestLake on this machine: database (unless one was given), API and one worker, each a process of its own. */
export interface LocalStack {
  apiUrl: string;
  databaseUrl: string;
  workerPids(): number[];
  /** Settles with the reason when it cannot go on: the embedded database is gone. */
  failed: Promise<Error>;
  /** Migrates, then starts API and worker afresh. */
  restart(): Promise<void>;
  /** Ends everything in good order, within ten seconds. Idempotent. */
  stop(): Promise<void>;
  /** Ends the processes at once; the embedded database follows by itself. */
  kill(): void;
}

/** API and worker get this long for what they are doing; the database needs the rest of the ten seconds. */
const CHILDREN_GRACE_MS = 7500;
const ALL_GRACE_MS = 9300;

const CUT_SHORT = 'The start was cut short.';

const DIST = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/**
 * Starts TestLake as separate processes of this one's process group and waits until they serve. Whatever fails, what was started
 * is stopped before this rejects. Throws StartupError (folder or port in use, no database), ReportedError (a process said why).
 */
export async function startLocal(options: LocalOptions): Promise<LocalStack> {
  const run = new LocalRun(options);
  const aborted = new Promise<never>((_, reject) => {
    if (options.signal?.aborted) reject(new StartupError(CUT_SHORT));
    options.signal?.addEventListener('abort', () => reject(new StartupError(CUT_SHORT)), { once: true });
  });
  try {
    return await Promise.race([run.start(), aborted]);
  } catch (error) {
    await run.stop();
    throw error;
  }
}

class LocalRun {
  private lock: Promise<DirectoryLock> | undefined;
  private database: Promise<EmbeddedPostgres> | undefined;
  private readonly migration = new OneShot();
  private children: Supervised[] = [];
  private stopped: Promise<void> | undefined;
  private reportFailure: (error: Error) => void = () => undefined;
  private readonly failed = new Promise<Error>((resolve) => (this.reportFailure = resolve));

  constructor(private readonly options: LocalOptions) {}

  async start(): Promise<LocalStack> {
    const { config } = this.options;
    const scripts = this.scripts();
    if (config.databaseUrl === null) await this.takeFolder(config.dataDir);
    const port = await claimPort(config.http.host, config.http.port);
    const databaseUrl = config.databaseUrl ?? (await this.startDatabase(config.dataDir));
    const env = this.environment(databaseUrl, port);
    await this.migrate(scripts.migrate, env);
    const [apiUrl] = await this.startChildren(scripts, env);
    return this.stack(apiUrl ?? `http://${config.http.host}:${port}`, databaseUrl, () =>
      this.restart(scripts.migrate, env),
    );
  }

  stop(): Promise<void> {
    return (this.stopped ??= this.unwind(Date.now() + ALL_GRACE_MS));
  }

  private async unwind(deadline: number): Promise<void> {
    await Promise.all([
      this.migration.stop(CHILDREN_GRACE_MS),
      ...this.children.map((child) => child.stop(CHILDREN_GRACE_MS)),
    ]);
    const database = await this.database?.catch(() => undefined);
    await database?.stop(Math.max(deadline - Date.now(), 500));
    (await this.lock?.catch(() => undefined))?.release();
  }

  private kill(): void {
    this.migration.kill();
    for (const child of this.children) child.kill();
  }

  /** A start that was cut short must not start the next thing behind the back of the one who stops. */
  private goOn(): void {
    if (this.stopped !== undefined) throw new StartupError(CUT_SHORT);
  }

  private scripts(): Scripts {
    const scripts = this.options.scripts ?? {
      migrate: path.join(DIST, 'apps/api/migrate.js'),
      api: path.join(DIST, 'apps/api/main.js'),
      worker: path.join(DIST, 'apps/worker/main.js'),
    };
    const missing = [scripts.migrate, scripts.api, scripts.worker].find((script) => !existsSync(script));
    if (missing !== undefined) throw new StartupError(`${missing} is missing: run npm run build first.`);
    return scripts;
  }

  private async takeFolder(dataDir: string): Promise<void> {
    makeFolder(dataDir);
    this.lock = lockDirectory(dataDir);
    await this.lock;
  }

  private async startDatabase(dataDir: string): Promise<string> {
    this.goOn();
    this.database = startEmbeddedPostgres({
      dataDir: path.join(dataDir, 'postgres'),
      fast: this.options.fast,
      log: (line) => this.info(line),
      onExit: (reason) => this.reportFailure(new StartupError(`TESTLAKE_DIR (${dataDir}): ${reason}; start again.`)),
    });
    return (await this.database).url;
  }

  private environment(databaseUrl: string, port: number): NodeJS.ProcessEnv {
    const { config } = this.options;
    return childEnvironment({
      DATABASE_URL: databaseUrl,
      TESTLAKE_EMBEDDED: String(config.embedded),
      TESTLAKE_DIR: config.dataDir,
      HOST: config.http.host,
      PORT: String(port),
    });
  }

  private async migrate(script: string, env: NodeJS.ProcessEnv): Promise<void> {
    this.goOn();
    await this.migration.run('migration', script, env, this.options.quiet);
  }

  private async startChildren(scripts: Scripts, env: NodeJS.ProcessEnv): Promise<(string | undefined)[]> {
    this.goOn();
    this.children = (['api', 'worker'] as const).map(
      (name) => new Supervised({ name, script: scripts[name], env, quiet: this.options.quiet }, warn),
    );
    return Promise.all(this.children.map((child) => child.start()));
  }

  private async restart(migrateScript: string, env: NodeJS.ProcessEnv): Promise<void> {
    await this.migrate(migrateScript, env);
    this.goOn();
    await Promise.all(this.children.map((child) => child.restart(CHILDREN_GRACE_MS)));
  }

  private stack(apiUrl: string, databaseUrl: string, restart: () => Promise<void>): LocalStack {
    return {
      apiUrl: apiUrl.replace(/\/$/, ''),
      databaseUrl,
      workerPids: () => this.children.slice(1).flatMap((child) => child.pid ?? []),
      failed: this.failed,
      restart,
      stop: () => this.stop(),
      kill: () => this.kill(),
    };
  }

  private info(line: string): void {
    if (!this.options.quiet) process.stdout.write(`${line}\n`);
  }
}

function warn(line: string): void {
  process.stderr.write(`${line}\n`);
}
