import type { MigrationInterface, QueryRunner } from 'typeorm';

/** People, how they sign in, and the secret that signs their access tokens. */
export class Accounts1763600000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE users (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        email text NOT NULL,
        username text NOT NULL,
        first_name text,
        last_name text,
        avatar_url text,
        auth_provider text NOT NULL,
        password_hash text,
        is_email_verified boolean NOT NULL DEFAULT false,
        status text NOT NULL DEFAULT 'active',
        last_login_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT users_auth_provider_check CHECK (auth_provider IN ('email', 'gmail', 'apple', 'oidc')),
        CONSTRAINT users_status_check CHECK (status IN ('active', 'suspended', 'inactive'))
      );
      CREATE UNIQUE INDEX users_email_key ON users (lower(email));
      CREATE UNIQUE INDEX users_username_key ON users (lower(username));

      CREATE TABLE user_identities (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
        provider text NOT NULL,
        subject text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE (provider, subject)
      );
      CREATE INDEX user_identities_user_id_idx ON user_identities (user_id);

      CREATE TABLE refresh_tokens (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
        family_id uuid NOT NULL,
        token_hash text NOT NULL,
        expires_at timestamptz NOT NULL,
        used_at timestamptz,
        revoked_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE (token_hash)
      );
      CREATE INDEX refresh_tokens_family_id_idx ON refresh_tokens (family_id);
      CREATE INDEX refresh_tokens_user_id_idx ON refresh_tokens (user_id);

      CREATE TABLE signing_secrets (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        -- 244 random bits: PostgreSQL has no other source of strong randomness without an extension.
        secret text NOT NULL DEFAULT gen_random_uuid()::text || gen_random_uuid()::text,
        created_at timestamptz NOT NULL DEFAULT now()
      );
      INSERT INTO signing_secrets DEFAULT VALUES;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE signing_secrets, refresh_tokens, user_identities, users');
  }
}
