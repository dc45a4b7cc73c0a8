import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Organizations, their members and teams, projects, and who may do what on a project. */
export class Organizations1763600000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE organizations (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        name text NOT NULL,
        slug text NOT NULL,
        description text,
        logo_url text,
        plan_type text NOT NULL DEFAULT 'starter',
        max_users integer NOT NULL DEFAULT 10,
        max_projects integer NOT NULL DEFAULT 5,
        status text NOT NULL DEFAULT 'active',
        created_by uuid NOT NULL REFERENCES users,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE (slug),
        CONSTRAINT organizations_plan_type_check CHECK (plan_type IN ('free', 'starter', 'professional', 'enterprise')),
        CONSTRAINT organizations_status_check CHECK (status IN ('active', 'archived', 'suspended', 'cancelled'))
      );

      CREATE TABLE organization_members (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
        user_id uuid NOT NULL REFERENCES users,
        role text NOT NULL DEFAULT 'member',
        created_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE (organization_id, user_id),
        CONSTRAINT organization_members_role_check CHECK (role IN ('owner', 'admin', 'member'))
      );
      CREATE INDEX organization_members_user_id_idx ON organization_members (user_id);

      CREATE TABLE teams (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        name text NOT NULL,
        description text,
        organization_id uuid NOT NULL REFERENCES organizations ON DELETE CASCADE,
        created_by uuid NOT NULL REFERENCES users,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX teams_organization_id_idx ON teams (organization_id);

      CREATE TABLE team_members (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        team_id uuid NOT NULL REFERENCES teams ON DELETE CASCADE,
        user_id uuid NOT NULL REFERENCES users,
        role text NOT NULL DEFAULT 'member',
        added_by uuid NOT NULL REFERENCES users,
        added_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE (team_id, user_id),
        CONSTRAINT team_members_role_check CHECK (role IN ('member', 'admin'))
      );
      CREATE INDEX team_members_user_id_idx ON team_members (user_id);

      CREATE TABLE projects (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        name text NOT NULL,
        description text,
        organization_id uuid REFERENCES organizations,
        user_id uuid REFERENCES users,
        is_personal boolean NOT NULL DEFAULT false,
        status text NOT NULL DEFAULT 'active',
        created_by uuid NOT NULL REFERENCES users,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT projects_status_check CHECK (status IN ('active', 'archived', 'deleting')),
        CONSTRAINT projects_owner_check
          CHECK (num_nonnulls(organization_id, user_id) = 1 AND is_personal = (user_id IS NOT NULL))
      );
      CREATE INDEX projects_organization_id_idx ON projects (organization_id);
      CREATE INDEX projects_user_id_idx ON projects (user_id);

      CREATE TABLE project_access (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        project_id uuid NOT NULL REFERENCES projects ON DELETE CASCADE,
        team_id uuid REFERENCES teams ON DELETE CASCADE,
        user_id uuid REFERENCES users,
        permission text NOT NULL DEFAULT 'read',
        granted_by uuid NOT NULL REFERENCES users,
        granted_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT project_access_permission_check CHECK (permission IN ('read', 'write', 'admin')),
        CONSTRAINT project_access_grantee_check CHECK (num_nonnulls(team_id, user_id) = 1)
      );
      CREATE UNIQUE INDEX project_access_project_id_user_id_key ON project_access (project_id, user_id)
        WHERE user_id IS NOT NULL;
      CREATE UNIQUE INDEX project_access_project_id_team_id_key ON project_access (project_id, team_id)
        WHERE team_id IS NOT NULL;
      CREATE INDEX project_access_user_id_idx ON project_access (user_id);
      CREATE INDEX project_access_team_id_idx ON project_access (team_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- A routine, made at every migration, whose parameter is a row of projects.
      DROP FUNCTION IF EXISTS project_permission(uuid, projects);
      DROP TABLE project_access, projects, team_members, teams, organization_members, organizations;
    `);
  }
}
