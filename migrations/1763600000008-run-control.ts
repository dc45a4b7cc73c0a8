import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What runs need to be paused, taken up again and followed: priorities, slices that lead to the next, and a log of events. */
export class RunControl1763600000008 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE job_runs
        ADD priority text NOT NULL DEFAULT 'normal',
        ADD slice_window smallint NOT NULL DEFAULT 4,
        ADD rejected bigint NOT NULL DEFAULT 0,
        ADD result jsonb,
        ADD events integer NOT NULL DEFAULT 0,
        ADD CONSTRAINT job_runs_priority_check CHECK (priority IN ('high', 'normal', 'low'));
      CREATE INDEX job_runs_finished_at_idx ON job_runs (finished_at) WHERE finished_at IS NOT NULL;

      ALTER TABLE job_slices
        ADD spent integer NOT NULL DEFAULT 0,
        ADD taken_at timestamptz,
        ADD cursor jsonb,
        ADD reported integer NOT NULL DEFAULT 0,
        ADD rejected integer NOT NULL DEFAULT 0,
        ADD counts jsonb;

      CREATE TABLE job_run_events (
        run_id uuid NOT NULL REFERENCES job_runs ON DELETE CASCADE,
        no integer NOT NULL,
        project_id uuid NOT NULL,
        state text NOT NULL,
        done bigint NOT NULL,
        rejected bigint NOT NULL,
        total bigint NOT NULL,
        rate double precision,
        at timestamptz NOT NULL,
        PRIMARY KEY (run_id, no)
      );
      CREATE INDEX job_run_events_project_id_idx ON job_run_events (project_id);
      INSERT INTO job_run_events (run_id, no, project_id, state, done, rejected, total, rate, at)
      SELECT id, 0, project_id, state, done, 0, total, rate, updated_at FROM job_runs;

      -- In the transaction that changes the run, whose row it has locked: so the numbers are given in the order of the commits.
      CREATE FUNCTION count_run_event() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        NEW.events := NEW.events + 1;
        RETURN NEW;
      END $$;
      CREATE FUNCTION keep_run_event() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO job_run_events (run_id, no, project_id, state, done, rejected, total, rate, at)
        VALUES (NEW.id, NEW.events, NEW.project_id, NEW.state, NEW.done, NEW.rejected, NEW.total, NEW.rate, clock_timestamp());
        RETURN NULL;
      END $$;
      CREATE TRIGGER job_runs_count_event BEFORE UPDATE ON job_runs FOR EACH ROW
        WHEN ((OLD.state, OLD.done, OLD.rejected, OLD.total) IS DISTINCT FROM (NEW.state, NEW.done, NEW.rejected, NEW.total))
        EXECUTE FUNCTION count_run_event();
      CREATE TRIGGER job_runs_keep_event AFTER UPDATE ON job_runs FOR EACH ROW
        WHEN (OLD.events <> NEW.events) EXECUTE FUNCTION keep_run_event();
      CREATE TRIGGER job_runs_keep_first_event AFTER INSERT ON job_runs FOR EACH ROW EXECUTE FUNCTION keep_run_event();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TRIGGER job_runs_keep_first_event ON job_runs;
      DROP TRIGGER job_runs_keep_event ON job_runs;
      DROP TRIGGER job_runs_count_event ON job_runs;
      DROP FUNCTION keep_run_event;
      DROP FUNCTION count_run_event;
      DROP TABLE job_run_events;
      ALTER TABLE job_slices DROP counts, DROP rejected, DROP reported, DROP cursor, DROP taken_at, DROP spent;
      DROP INDEX job_runs_finished_at_idx;
      ALTER TABLE job_runs DROP events, DROP result, DROP rejected, DROP slice_window, DROP priority;
    `);
  }
}
