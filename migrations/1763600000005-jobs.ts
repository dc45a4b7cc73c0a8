import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Runs and their slices. */
export class Jobs1763600000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE job_runs (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        project_id uuid NOT NULL,
        type text NOT NULL,
        state text NOT NULL DEFAULT 'queued',
        schema_id uuid,
        environment_id uuid,
        params jsonb NOT NULL DEFAULT '{}',
        inputs jsonb,
        total bigint NOT NULL,
        done bigint NOT NULL DEFAULT 0,
        rate double precision,
        mark_at timestamptz,
        mark_done bigint NOT NULL DEFAULT 0,
        error text,
        created_by uuid NOT NULL REFERENCES users,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        started_at timestamptz,
        finished_at timestamptz,
        CONSTRAINT job_runs_state_check
          CHECK (state IN ('queued', 'running', 'paused', 'succeeded', 'failed', 'cancelled'))
      );
      CREATE INDEX job_runs_project_id_id_idx ON job_runs (project_id, id);
      CREATE INDEX job_runs_open_idx ON job_runs (id) WHERE state IN ('queued', 'running');

      CREATE TABLE job_slices (
        run_id uuid NOT NULL REFERENCES job_runs ON DELETE CASCADE,
        no integer NOT NULL,
        project_id uuid NOT NULL,
        first_row bigint NOT NULL,
        rows integer NOT NULL,
        state text NOT NULL DEFAULT 'waiting',
        attempt integer NOT NULL DEFAULT 0,
        backend_pid integer,
        error text,
        updated_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (run_id, no),
        CONSTRAINT job_slices_state_check CHECK (state IN ('waiting', 'queued', 'running', 'done'))
      );
      CREATE INDEX job_slices_open_idx ON job_slices (run_id, no) WHERE state <> 'done';
      CREATE INDEX job_slices_project_id_idx ON job_slices (project_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE job_slices, job_runs');
  }
}
