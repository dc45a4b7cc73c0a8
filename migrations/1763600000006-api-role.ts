import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The role that the API takes on. It owns nothing, so that row-level security will bind it; workers and migrations stay
 * the owner, whom COPY needs. Roles belong to the whole cluster: another database may have made it already.
 */
export class ApiRole1763600000006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DO $$ BEGIN
        CREATE ROLE testlake_api NOLOGIN;
      EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
      END $$;
      GRANT testlake_api TO CURRENT_USER;
      GRANT USAGE ON SCHEMA public TO testlake_api;
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO testlake_api;
      GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO testlake_api;
      ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO testlake_api;
      ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO testlake_api;
      REVOKE INSERT, UPDATE, DELETE ON migrations, signing_secrets FROM testlake_api;
    `);
  }

  /** Leaves the role itself, which other databases of the cluster may use. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM testlake_api;
      ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM testlake_api;
      REVOKE ALL ON ALL TABLES IN SCHEMA public FROM testlake_api;
      REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM testlake_api;
      REVOKE USAGE ON SCHEMA public FROM testlake_api;
    `);
  }
}
