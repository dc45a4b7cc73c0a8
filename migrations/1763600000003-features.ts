import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Environments, schemas with their versions, features, and a feature's health in each environment. */
export class Features1763600000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE environments (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        name text NOT NULL,
        slug text NOT NULL,
        description text,
        color text NOT NULL DEFAULT '#3B82F6',
        project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
        is_default boolean NOT NULL DEFAULT false,
        is_protected boolean NOT NULL DEFAULT false,
        status text NOT NULL DEFAULT 'active',
        created_by uuid NOT NULL REFERENCES users,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE (project_id, slug),
        CONSTRAINT environments_status_check CHECK (status IN ('active', 'archived', 'deleting'))
      );
      CREATE UNIQUE INDEX environments_default_key ON environments (project_id) WHERE is_default;

      CREATE TABLE data_schemas (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        name text NOT NULL,
        description text,
        project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
        is_reusable boolean NOT NULL DEFAULT true,
        schema_definition jsonb NOT NULL,
        version integer NOT NULL DEFAULT 1,
        status text NOT NULL DEFAULT 'active',
        created_by uuid NOT NULL REFERENCES users,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE (project_id, name),
        CONSTRAINT data_schemas_status_check CHECK (status IN ('active', 'archived', 'deleting'))
      );

      CREATE TABLE data_schema_versions (
        schema_id uuid NOT NULL REFERENCES data_schemas ON DELETE CASCADE,
        version integer NOT NULL,
        project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
        schema_definition jsonb NOT NULL,
        created_by uuid NOT NULL REFERENCES users,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (schema_id, version)
      );
      CREATE INDEX data_schema_versions_project_id_idx ON data_schema_versions (project_id);

      CREATE TABLE schema_references (
        schema_id uuid NOT NULL REFERENCES data_schemas ON DELETE CASCADE,
        field_name text NOT NULL,
        target_schema_id uuid NOT NULL REFERENCES data_schemas ON DELETE CASCADE,
        project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
        PRIMARY KEY (schema_id, field_name)
      );
      CREATE INDEX schema_references_target_schema_id_idx ON schema_references (target_schema_id);
      CREATE INDEX schema_references_project_id_idx ON schema_references (project_id);

      CREATE TABLE features (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        name text NOT NULL,
        description text,
        project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
        status text NOT NULL DEFAULT 'active',
        created_by uuid NOT NULL REFERENCES users,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE (project_id, name),
        CONSTRAINT features_status_check CHECK (status IN ('active', 'archived'))
      );

      CREATE TABLE feature_schemas (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
        feature_id uuid NOT NULL REFERENCES features ON DELETE CASCADE,
        schema_id uuid NOT NULL REFERENCES data_schemas ON DELETE CASCADE,
        is_primary boolean NOT NULL DEFAULT false,
        position integer NOT NULL,
        created_by uuid NOT NULL REFERENCES users,
        created_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE (feature_id, schema_id)
      );
      CREATE UNIQUE INDEX feature_schemas_primary_key ON feature_schemas (feature_id) WHERE is_primary;
      CREATE INDEX feature_schemas_schema_id_idx ON feature_schemas (schema_id);
      CREATE INDEX feature_schemas_project_id_idx ON feature_schemas (project_id);

      CREATE TABLE feature_environment_status (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
        feature_id uuid NOT NULL REFERENCES features ON DELETE CASCADE,
        environment_id uuid NOT NULL REFERENCES environments ON DELETE CASCADE,
        is_working boolean NOT NULL DEFAULT true,
        error_message text,
        last_tested_at timestamptz,
        last_tested_by uuid REFERENCES users,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE (feature_id, environment_id)
      );
      CREATE INDEX feature_environment_status_environment_id_idx ON feature_environment_status (environment_id);
      CREATE INDEX feature_environment_status_project_id_idx ON feature_environment_status (project_id);

      CREATE TABLE feature_error_logs (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
        feature_id uuid NOT NULL REFERENCES features ON DELETE CASCADE,
        environment_id uuid NOT NULL REFERENCES environments ON DELETE CASCADE,
        error_message text NOT NULL,
        error_details jsonb,
        reported_by uuid NOT NULL REFERENCES users,
        reported_at timestamptz NOT NULL DEFAULT now(),
        resolved_at timestamptz,
        resolved_by uuid REFERENCES users
      );
      CREATE INDEX feature_error_logs_feature_id_environment_id_idx ON feature_error_logs (feature_id, environment_id);
      CREATE INDEX feature_error_logs_environment_id_idx ON feature_error_logs (environment_id);
      CREATE INDEX feature_error_logs_project_id_idx ON feature_error_logs (project_id);

      CREATE TABLE error_images (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
        error_log_id uuid NOT NULL REFERENCES feature_error_logs ON DELETE CASCADE,
        image_url text NOT NULL,
        image_name text,
        uploaded_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX error_images_error_log_id_idx ON error_images (error_log_id);
      CREATE INDEX error_images_project_id_idx ON error_images (project_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE error_images, feature_error_logs, feature_environment_status, feature_schemas, features,
        schema_references, data_schema_versions, data_schemas, environments
    `);
  }
}
