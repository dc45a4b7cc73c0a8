import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Files that come in for runs that are not recorded yet. */
export class RunUploads1763600000018 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE job_run_uploads (
        run_id uuid PRIMARY KEY,
        project_id uuid NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX job_run_uploads_project_id_idx ON job_run_uploads (project_id);
      CREATE INDEX job_run_uploads_created_at_idx ON job_run_uploads (created_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE job_run_uploads');
  }
}
