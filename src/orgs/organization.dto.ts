import { PartialType, PickType } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, IsUrl, Length, Matches, MaxLength } from 'class-validator';
import { PageQuery } from '../../libs/http/page.dto.js';
import type { Organization } from './organization.entity.js';
import { Optional } from '../../libs/http/optional.js';

/** A new organization; who makes it owns it. */
export class CreateOrganization {
  /**
   * Name, 1 to 200 characters.
   * @example "TechCorp Solutions"
   */
  @IsString()
  @Length(1, 200)
  name: string;

  /**
   * Short name for addresses, unique: lower-case letters, digits and hyphens; made from the name if left out.
   * @example "techcorp"
   */
  @Optional()
  @IsString()
  @Matches(/^[a-z0-9](?:[a-z0-9-]{0,98}[a-z0-9])?$/, {
    message: 'slug must have 1 to 100 lower-case letters, digits and inner hyphens',
  })
  slug?: string;

  /**
   * What it is, at most 5000 characters; null for none.
   * @example "Makes shops."
   */
  @IsOptional()
  @IsString()
  @MaxLength(5000)
  description?: string | null;

  /**
   * Address of its logo; null for none.
   * @example "https://example.com/logo.png"
   */
  @IsOptional()
  @IsUrl({ protocols: ['http', 'https'], require_protocol: true, require_tld: false })
  @MaxLength(500)
  logo_url?: string | null;
}

/** What may change of an organization; what is left out stays. */
export class UpdateOrganization extends PartialType(
  PickType(CreateOrganization, ['name', 'description', 'logo_url'] as const),
  { skipNullProperties: false },
) {
  /**
   * `archived` makes its projects read-only, `active` brings them back.
   * @example "active"
   */
  @Optional()
  @IsIn(['active', 'archived'])
  status?: 'active' | 'archived';
}

/** Which organizations to list. */
export class ListOrganizations extends PageQuery {}

/** An organization. */
export class OrganizationResponse {
  /** Id of the organization. */
  id: string;

  /**
   * Name.
   * @example "TechCorp Solutions"
   */
  name: string;

  /**
   * Short name for addresses.
   * @example "techcorp"
   */
  slug: string;

  /**
   * What it is.
   * @example "Makes shops."
   */
  description: string | null;

  /**
   * Address of its logo.
   * @example "https://example.com/logo.png"
   */
  logo_url: string | null;

  /** Plan, which sets the limits. */
  plan_type: 'free' | 'starter' | 'professional' | 'enterprise';

  /**
   * How many members it may have.
   * @example 10
   */
  max_users: number;

  /**
   * How many projects it may have.
   * @example 5
   */
  max_projects: number;

  /** State; the projects of one that is not active are read-only. */
  status: 'active' | 'archived' | 'suspended' | 'cancelled';

  /** Who made it. */
  created_by: string;

  /** When it was made. */
  created_at: Date;

  /** When it was last changed. */
  updated_at: Date;
}

/** One page of organizations. */
export class OrganizationPage {
  /** The organizations, oldest first. */
  data: OrganizationResponse[];

  /**
   * `cursor` for the next page; null on the last one.
   * @example null
   */
  next_cursor: string | null;
}

export function toOrganizationResponse(organization: Organization): OrganizationResponse {
  return {
    id: organization.id,
    name: organization.name,
    slug: organization.slug,
    description: organization.description,
    logo_url: organization.logoUrl,
    plan_type: organization.planType,
    max_users: organization.maxUsers,
    max_projects: organization.maxProjects,
    status: organization.status,
    created_by: organization.createdBy,
    created_at: organization.createdAt,
    updated_at: organization.updatedAt,
  };
}
