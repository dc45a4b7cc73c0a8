import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Files that runs leave behind, such as exports and lists of refused rows. */
export class RunFiles1763600000009 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE job_run_files (
        run_id uuid NOT NULL REFERENCES job_runs ON DELETE CASCADE,
        name text NOT NULL,
        part integer NOT NULL,
        project_id uuid NOT NULL,
        media_type text NOT NULL,
        storage_key text NOT NULL,
        bytes bigint NOT NULL,
        rows bigint NOT NULL,
        PRIMARY KEY (run_id, name, part)
      );
      CREATE INDEX job_run_files_project_id_idx ON job_run_files (project_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE job_run_files');
  }
}
