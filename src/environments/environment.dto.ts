import { PartialType, PickType } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsOptional, IsString, Length, Matches, Max, MaxLength, Min } from 'class-validator';
import { PageQuery } from '../../libs/http/page.dto.js';
import type { Environment } from './environment.entity.js';
import { Optional } from '../../libs/http/optional.js';

const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,98}[a-z0-9])?$/;
const SLUG_RULE = { message: 'slug must have 1 to 100 lower-case letters, digits and inner hyphens' };
const COLOR = /^#[0-9A-Fa-f]{6}$/;
const COLOR_RULE = { message: 'color must look like #22C55E' };

/** A new environment, from a template or from scratch; what is given besides a template overrides it. */
export class CreateEnvironment {
  /**
   * Takes name, slug, color and protection from one of the usual kinds.
   * @example "staging"
   */
  @Optional()
  @IsIn(['development', 'testing', 'staging', 'production'])
  template?: 'development' | 'testing' | 'staging' | 'production';

  /**
   * Name, 1 to 100 characters; needed where no template gives one.
   * @example "Staging"
   */
  @Optional()
  @IsString()
  @Length(1, 100)
  name?: string;

  /**
   * Short name, unique in the project; made from the name if left out.
   * @example "staging"
   */
  @Optional()
  @IsString()
  @Matches(SLUG, SLUG_RULE)
  slug?: string;

  /**
   * What it is for, at most 5000 characters; null for none.
   * @example "Before every release."
   */
  @IsOptional()
  @IsString()
  @MaxLength(5000)
  description?: string | null;

  /**
   * Color to tell it apart by.
   * @example "#F59E0B"
   */
  @Optional()
  @Matches(COLOR, COLOR_RULE)
  color?: string;

  /**
   * Whether asking for data here needs `write`, and bulk runs and deletes need `admin`.
   * @example false
   */
  @Optional()
  @IsBoolean()
  is_protected?: boolean;

  /**
   * Bundles that one person may have on lease here at a time, 1 to 100,000; null for any number.
   * @example 50
   */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(100_000)
  max_open_leases_per_user?: number | null;

  /**
   * Whether it becomes the project's default environment.
   * @example false
   */
  @Optional()
  @IsBoolean()
  is_default?: boolean;
}

/** What may change of an environment; what is left out stays. */
export class UpdateEnvironment extends PartialType(
  PickType(CreateEnvironment, ['description', 'color', 'max_open_leases_per_user'] as const),
  { skipNullProperties: false },
) {
  /**
   * Name, 1 to 100 characters.
   * @example "Staging"
   */
  @Optional()
  @IsString()
  @Length(1, 100)
  name?: string;

  /**
   * Short name, unique in the project.
   * @example "staging"
   */
  @Optional()
  @IsString()
  @Matches(SLUG, SLUG_RULE)
  slug?: string;

  /**
   * Whether asking for data here needs `write`, and bulk runs and deletes need `admin`; changing it needs `admin`.
   * @example false
   */
  @Optional()
  @IsBoolean()
  is_protected?: boolean;

  /**
   * `archived` makes it read-only, `active` brings it back.
   * @example "active"
   */
  @Optional()
  @IsIn(['active', 'archived'])
  status?: 'active' | 'archived';
}

/** Which environments to list. */
export class ListEnvironments extends PageQuery {}

/** An environment. */
export class EnvironmentResponse {
  /** Id of the environment. */
  id: string;

  /**
   * Name.
   * @example "Staging"
   */
  name: string;

  /**
   * Short name, unique in the project.
   * @example "staging"
   */
  slug: string;

  /**
   * What it is for.
   * @example "Before every release."
   */
  description: string | null;

  /**
   * Color to tell it apart by.
   * @example "#F59E0B"
   */
  color: string;

  /** Project that it belongs to. */
  project_id: string;

  /** Whether it is the project's default environment; exactly one is. */
  is_default: boolean;

  /** Whether asking for data here needs `write`, and bulk runs and deletes need `admin`. */
  is_protected: boolean;

  /**
   * Bundles that one person may have on lease here at a time; null for any number.
   * @example null
   */
  max_open_leases_per_user: number | null;

  /** An archived environment is read-only. */
  status: 'active' | 'archived';

  /** Who made it. */
  created_by: string;

  /** When it was made. */
  created_at: Date;

  /** When it was last changed. */
  updated_at: Date;
}

/** One page of environments. */
export class EnvironmentPage {
  /** The environments, oldest first. */
  data: EnvironmentResponse[];

  /**
   * `cursor` for the next page; null on the last one.
   * @example null
   */
  next_cursor: string | null;
}

export function toEnvironmentResponse(environment: Environment): EnvironmentResponse {
  return {
    id: environment.id,
    name: environment.name,
    slug: environment.slug,
    description: environment.description,
    color: environment.color,
    project_id: environment.projectId,
    is_default: environment.isDefault,
    is_protected: environment.isProtected,
    max_open_leases_per_user: environment.maxOpenLeasesPerUser,
    status: environment.status === 'active' ? 'active' : 'archived',
    created_by: environment.createdBy,
    created_at: environment.createdAt,
    updated_at: environment.updatedAt,
  };
}
