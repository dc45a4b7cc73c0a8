import { PartialType, PickType } from '@nestjs/swagger';
import { IsIn, IsString, IsUUID, Length, MaxLength, IsOptional } from 'class-validator';
import { PageQuery } from '../../libs/http/page.dto.js';
import type { Permission } from '../access/permission.js';
import type { Project } from './project.entity.js';
import { Optional } from '../../libs/http/optional.js';

/** A new project: the caller's own, or an organization's. */
export class CreateProject {
  /**
   * Name, 1 to 200 characters.
   * @example "ShopFast E-commerce"
   */
  @IsString()
  @Length(1, 200)
  name: string;

  /**
   * What it is, at most 5000 characters; null for none.
   * @example "The shop of TechCorp."
   */
  @IsOptional()
  @IsString()
  @MaxLength(5000)
  description?: string | null;

  /** Organization that shall own it; left out, the project is personal. */
  @IsOptional()
  @IsUUID()
  organization_id?: string | null;
}

/** What may change of a project; what is left out stays. */
export class UpdateProject extends PartialType(PickType(CreateProject, ['name', 'description'] as const), {
  skipNullProperties: false,
}) {
  /**
   * `archived` makes the project read-only, `active` brings it back.
   * @example "active"
   */
  @Optional()
  @IsIn(['active', 'archived'])
  status?: 'active' | 'archived';
}

/** Which projects to list. */
export class ListProjects extends PageQuery {
  /** Only those of this organization. */
  @Optional()
  @IsUUID()
  organization_id?: string;

  /** Only those in this state; left out, both. */
  @Optional()
  @IsIn(['active', 'archived'])
  status?: 'active' | 'archived';
}

/** A project. */
export class ProjectResponse {
  /** Id of the project. */
  id: string;

  /**
   * Name.
   * @example "ShopFast E-commerce"
   */
  name: string;

  /**
   * What it is.
   * @example "The shop of TechCorp."
   */
  description: string | null;

  /** Organization that owns it; null for a personal one. */
  organization_id: string | null;

  /** Person who owns it; null for an organization's. */
  user_id: string | null;

  /** Whether it is a person's own. */
  is_personal: boolean;

  /** An archived project is read-only. */
  status: 'active' | 'archived';

  /** What the caller may do: `read` includes asking for data, `write` changing things, `admin` deleting. */
  permission: 'read' | 'write' | 'admin';

  /** Who made it. */
  created_by: string;

  /** When it was made. */
  created_at: Date;

  /** When it was last changed. */
  updated_at: Date;
}

/** One page of projects. */
export class ProjectPage {
  /** The projects, oldest first. */
  data: ProjectResponse[];

  /**
   * `cursor` for the next page; null on the last one.
   * @example null
   */
  next_cursor: string | null;
}

/** A project with what the caller may do there. */
export interface VisibleProject {
  id: string;
  project: Project;
  permission: Permission;
}

export function toProjectResponse({ project, permission }: VisibleProject): ProjectResponse {
  return {
    id: project.id,
    name: project.name,
    description: project.description,
    organization_id: project.organizationId,
    user_id: project.userId,
    is_personal: project.isPersonal,
    status: project.status === 'active' ? 'active' : 'archived',
    permission,
    created_by: project.createdBy,
    created_at: project.createdAt,
    updated_at: project.updatedAt,
  };
}
