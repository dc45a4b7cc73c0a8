import { DataSource, type DataSourceOptions, type MixedList } from 'typeorm';
import { SnakeCaseNaming } from './snake-case-naming.js';

type Class = new (...args: never[]) => unknown;

/** What a process says of itself when it connects. */
export interface DatabaseOptions {
  /** Connection string, as in `DATABASE_URL`. */
  url: string;
  entities: MixedList<Class>;
  migrations?: MixedList<Class>;
  /** Role that every connection takes on; it owns nothing, so that row-level security binds it. Unset: the owner. */
  role?: string;
  /** Connections in the pool. */
  poolSize?: number;
  /** Milliseconds after which PostgreSQL ends a statement; unset: never. */
  statementTimeout?: number;
}

/** The data source options that the apps, the migrations and the tests share. */
export function dataSourceOptions(options: DatabaseOptions): DataSourceOptions {
  const settings = [
    options.role && `-c role=${options.role}`,
    options.statementTimeout && `-c statement_timeout=${options.statementTimeout}`,
  ];
  return {
    type: 'postgres',
    url: options.url,
    entities: options.entities,
    migrations: options.migrations ?? [],
    migrationsTransactionMode: 'each',
    migrationsTableName: 'migrations',
    synchronize: false,
    namingStrategy: new SnakeCaseNaming(),
    poolSize: options.poolSize ?? 10,
    extra: { options: settings.filter(Boolean).join(' '), application_name: 'testlake' },
  };
}

/** A data source of its own, for programs that are not Nest apps. The caller destroys it. */
export async function openDataSource(options: DatabaseOptions): Promise<DataSource> {
  return new DataSource(dataSourceOptions(options)).initialize();
}

export type { DataSource };

/** How many connections the server lets ordinary programs have, those in use included. */
export async function allowedConnections(dataSource: DataSource): Promise<number> {
  const [row] = await dataSource.query<{ connections: number }[]>(`
    SELECT current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer
      - current_setting('reserved_connections')::integer AS connections`);
  return row?.connections ?? 0;
}
