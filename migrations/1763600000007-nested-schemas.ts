import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Schemas that stand in others, and references within objects and arrays. */
export class NestedSchemas1763600000007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE data_schemas ADD embedded jsonb NOT NULL DEFAULT '{}';
      ALTER TABLE data_schema_versions ADD embedded jsonb NOT NULL DEFAULT '{}';

      ALTER TABLE schema_references ADD path text, ADD since_version integer NOT NULL DEFAULT 1;
      UPDATE schema_references SET path = '$.' || to_json(field_name);
      ALTER TABLE schema_references ALTER path SET NOT NULL;

      CREATE TABLE schema_embeddings (
        schema_id uuid NOT NULL REFERENCES data_schemas ON DELETE CASCADE,
        embedded_schema_id uuid NOT NULL REFERENCES data_schemas ON DELETE CASCADE,
        project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
        PRIMARY KEY (schema_id, embedded_schema_id)
      );
      CREATE INDEX schema_embeddings_embedded_schema_id_idx ON schema_embeddings (embedded_schema_id);
      CREATE INDEX schema_embeddings_project_id_idx ON schema_embeddings (project_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE schema_embeddings;
      ALTER TABLE schema_references DROP since_version, DROP path;
      ALTER TABLE data_schema_versions DROP embedded;
      ALTER TABLE data_schemas DROP embedded;
    `);
  }
}
