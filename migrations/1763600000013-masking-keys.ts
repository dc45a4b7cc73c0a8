import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Keys for masking, which only workers may read. */
export class MaskingKeys1763600000013 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE masking_keys (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        organization_id uuid UNIQUE REFERENCES organizations ON DELETE CASCADE,
        user_id uuid UNIQUE REFERENCES users,
        secret bytea NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT masking_keys_owner_check CHECK (num_nonnulls(organization_id, user_id) = 1)
      );
      REVOKE ALL ON masking_keys FROM testlake_api;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE masking_keys');
  }
}
