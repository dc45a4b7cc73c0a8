import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Runs that start by themselves. */
export class Schedules1763600000011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE schedules (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
        environment_id uuid NOT NULL REFERENCES environments ON DELETE CASCADE,
        name text NOT NULL,
        cron text NOT NULL,
        time_zone text NOT NULL,
        run jsonb NOT NULL,
        is_paused boolean NOT NULL DEFAULT false,
        paused_reason text,
        next_run_at timestamptz,
        last_run_at timestamptz,
        last_run_id uuid,
        last_skipped_at timestamptz,
        last_error text,
        created_by uuid NOT NULL REFERENCES users,
        runs_as uuid NOT NULL REFERENCES users,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT schedules_project_id_name_key UNIQUE (project_id, name)
      );
      CREATE INDEX schedules_environment_id_idx ON schedules (environment_id);
      CREATE INDEX schedules_next_run_at_idx ON schedules (next_run_at) WHERE next_run_at IS NOT NULL;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE schedules');
  }
}
