import { PartialType, PickType } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  MaxLength,
} from 'class-validator';
import { PageQuery } from '../../libs/http/page.dto.js';
import type { DataSchema } from '../schemas/data-schema.entity.js';
import type { Feature, FeatureSchema } from './feature.entity.js';
import type { FeatureEnvironmentStatus } from './feature-status.entity.js';
import { Optional } from '../../libs/http/optional.js';

/** A new feature; it is attached to the project's default environment. */
export class CreateFeature {
  /**
   * Name, unique in the project; 1 to 200 characters.
   * @example "user_registration"
   */
  @IsString()
  @Length(1, 200)
  name: string;

  /**
   * What it does, at most 5000 characters; null for none.
   * @example "Allow new customers to create accounts"
   */
  @IsOptional()
  @IsString()
  @MaxLength(5000)
  description?: string | null;

  /** Schemas that its tests need, at most 50; the first is the primary one. */
  @Optional()
  @IsArray()
  @ArrayMaxSize(50)
  @ArrayUnique()
  @IsUUID(undefined, { each: true })
  schema_ids?: string[];
}

/** What may change of a feature; what is left out stays. */
export class UpdateFeature extends PartialType(PickType(CreateFeature, ['name', 'description'] as const), {
  skipNullProperties: false,
}) {
  /**
   * `archived` makes it read-only, `active` brings it back.
   * @example "active"
   */
  @Optional()
  @IsIn(['active', 'archived'])
  status?: 'active' | 'archived';
}

/** Which features to list. */
export class ListFeatures extends PageQuery {
  /**
   * Only those whose name contains this text, without regard to case.
   * @example "user"
   */
  @Optional()
  @IsString()
  @MaxLength(200)
  search?: string;
}

/** A feature's health in one environment. */
export class FeatureHealth {
  /** The environment. */
  environment_id: string;

  /** Whether it works there; true without meaning while it is untested. */
  is_working: boolean;

  /** When it was last tested there; null while it is untested. */
  last_tested_at: Date | null;
}

/** A feature. */
export class FeatureResponse {
  /** Id of the feature. */
  id: string;

  /**
   * Name.
   * @example "user_registration"
   */
  name: string;

  /**
   * What it does.
   * @example "Allow new customers to create accounts"
   */
  description: string | null;

  /** Project that it belongs to. */
  project_id: string;

  /** An archived feature hands out no data. */
  status: 'active' | 'archived';

  /** The environments that it is attached to. */
  environments: FeatureHealth[];

  /** Who made it. */
  created_by: string;

  /** When it was made. */
  created_at: Date;

  /** When it was last changed. */
  updated_at: Date;
}

/** One page of features. */
export class FeaturePage {
  /** The features, oldest first. */
  data: FeatureResponse[];

  /**
   * `cursor` for the next page; null on the last one.
   * @example null
   */
  next_cursor: string | null;
}

/** A schema to assign to a feature. */
export class AssignSchema {
  /** The schema, of the same project. */
  @IsUUID()
  schema_id: string;

  /**
   * Whether it becomes the primary one; the first one assigned does in any case.
   * @example false
   */
  @Optional()
  @IsBoolean()
  is_primary?: boolean;
}

/** A schema that a feature's tests need. */
export class FeatureSchemaResponse {
  /** The schema. */
  schema_id: string;

  /**
   * Its name.
   * @example "User"
   */
  schema_name: string;

  /** The feature. */
  feature_id: string;

  /** Whether it is the feature's primary schema. */
  is_primary: boolean;

  /**
   * Place in the order of assignment, from 0.
   * @example 0
   */
  position: number;

  /** When it was assigned. */
  created_at: Date;
}

/** The schemas of a feature. */
export class FeatureSchemaList {
  /** The primary schema first, then the others in the order of assignment. */
  data: FeatureSchemaResponse[];
}

/** A schema that could be assigned to a feature. */
export class AvailableSchema {
  /** Id of the schema. */
  id: string;

  /**
   * Its name.
   * @example "Address"
   */
  name: string;

  /**
   * What its records are.
   * @example "Shipping and billing addresses"
   */
  description: string | null;
}

/** The schemas of the project that the feature does not have. */
export class AvailableSchemaList {
  /** By name. */
  data: AvailableSchema[];
}

/** A feature that uses a schema. */
export class SchemaUser {
  /** Id of the feature. */
  id: string;

  /**
   * Its name.
   * @example "user_login"
   */
  name: string;

  /** Whether the schema is its primary one. */
  is_primary: boolean;
}

/** The features that use a schema. */
export class SchemaUserList {
  /** By name. */
  data: SchemaUser[];
}

/** A feature with its health. */
export interface FeatureWithHealth {
  id: string;
  feature: Feature;
  health: FeatureEnvironmentStatus[];
}

/** An assignment with its schema. */
export interface AssignedSchema {
  assignment: FeatureSchema;
  schema: Pick<DataSchema, 'id' | 'name'>;
}

export function toFeatureResponse({ feature, health }: FeatureWithHealth): FeatureResponse {
  return {
    id: feature.id,
    name: feature.name,
    description: feature.description,
    project_id: feature.projectId,
    status: feature.status,
    environments: health.map((status) => ({
      environment_id: status.environmentId,
      is_working: status.isWorking,
      last_tested_at: status.lastTestedAt,
    })),
    created_by: feature.createdBy,
    created_at: feature.createdAt,
    updated_at: feature.updatedAt,
  };
}

export function toFeatureSchemaResponse({ assignment, schema }: AssignedSchema): FeatureSchemaResponse {
  return {
    schema_id: schema.id,
    schema_name: schema.name,
    feature_id: assignment.featureId,
    is_primary: assignment.isPrimary,
    position: assignment.position,
    created_at: assignment.createdAt,
  };
}
