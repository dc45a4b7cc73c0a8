import { Injectable } from '@nestjs/common';
import { translating } from '../../libs/database/constraint.js';
import { Database } from '../../libs/database/database.js';
import type { Page, PageRequest } from '../../libs/database/page.js';
import { Conflict, NotFound } from '../../libs/errors/errors.js';
import { invalidRequest } from '../../libs/http/validation.js';
import { type ProjectScope, requirePermission, requireWritable } from '../access/project-scope.js';
import type { JobRun } from '../jobs/job-run.entity.js';
import { slugify } from '../../libs/text/slugify.js';
import { RemovalsService } from '../removals/removals.service.js';
import type { CreateEnvironment, UpdateEnvironment } from './environment.dto.js';
import type { Environment } from './environment.entity.js';
import { TEMPLATES } from './environment-templates.js';
import { EnvironmentsRepository } from './environments.repository.js';

const TAKEN = {
  environments_project_id_slug_key: () =>
    new Conflict('environment.slug_taken', 'Another environment of the project has this slug.'),
  environments_project_id_fkey: () => new NotFound('project.not_found', 'The project has been deleted meanwhile.'),
};

@Injectable()
export class EnvironmentsService {
  constructor(
    private readonly db: Database,
    private readonly environments: EnvironmentsRepository,
    private readonly removals: RemovalsService,
  ) {}

  /** Throws 409 `environment.slug_taken`. */
  async create(scope: ProjectScope, given: CreateEnvironment): Promise<Environment> {
    requireWritable(scope);
    const values = newEnvironment(given);
    return translating(
      () =>
        this.db.transaction(async () => {
          const environment = await this.environments.create(scope, values);
          if (!given.is_default) return environment;
          await this.environments.setDefault(scope, environment.id);
          return this.environments.getOrThrow(scope, environment.id);
        }),
      TAKEN,
    );
  }

  /** The environment that a new project starts with. */
  async createFirst(scope: ProjectScope): Promise<Environment> {
    return this.environments.create(scope, { ...TEMPLATES.development, isDefault: true });
  }

  async list(scope: ProjectScope, page: PageRequest): Promise<Page<Environment>> {
    return this.environments.list(scope, page);
  }

  /** All of the project's, oldest first. */
  async listAll(scope: ProjectScope): Promise<Environment[]> {
    return this.environments.listAll(scope);
  }

  async get(scope: ProjectScope, id: string): Promise<Environment> {
    return this.environments.getOrThrow(scope, id);
  }

  async getDefault(scope: ProjectScope): Promise<Environment> {
    return this.environments.getDefault(scope);
  }

  /** The environment, for writing records there. Throws 409 where it or the project is archived. */
  async getWritable(scope: ProjectScope, id: string): Promise<Environment> {
    requireWritable(scope);
    const environment = await this.environments.getOrThrow(scope, id);
    if (environment.status === 'active') return environment;
    throw new Conflict('environment.archived', 'The environment is archived and read-only.');
  }

  /** The same for runs that read all its records: in a protected environment these need `write`. */
  async getForReading(scope: ProjectScope, id: string): Promise<Environment> {
    const environment = await this.getWritable(scope, id);
    if (environment.isProtected) requirePermission(scope, 'write', 'This in a protected environment');
    return environment;
  }

  /** The same for bulk work and deletes: in a protected environment these need `admin`. */
  async getForBulk(scope: ProjectScope, id: string): Promise<Environment> {
    const environment = await this.getWritable(scope, id);
    if (environment.isProtected) requirePermission(scope, 'admin', 'This in a protected environment');
    return environment;
  }

  /** Throws 409 `environment.slug_taken`, `environment.is_default` or `environment.archived`. */
  async update(scope: ProjectScope, id: string, changes: UpdateEnvironment): Promise<Environment> {
    requireWritable(scope);
    const environment = await this.environments.getOrThrow(scope, id);
    if (environment.status === 'archived' && changes.status !== 'active') {
      throw new Conflict('environment.archived', 'The environment is archived; make it active first.');
    }
    const protection = changes.is_protected ?? environment.isProtected;
    if (protection !== environment.isProtected) requirePermission(scope, 'admin', 'Changing the protection');
    const values = {
      name: changes.name,
      slug: changes.slug,
      description: changes.description,
      color: changes.color,
      isProtected: changes.is_protected,
      maxOpenLeasesPerUser: changes.max_open_leases_per_user,
      status: changes.status,
    };
    const save = async (): Promise<Environment> => {
      const saved = await this.environments.update(scope, id, values);
      if (saved.isDefault && saved.status !== 'active') throw isDefault();
      return saved;
    };
    return translating(() => this.db.transaction(save), TAKEN);
  }

  /** Throws 409 `environment.archived`. */
  async setDefault(scope: ProjectScope, id: string): Promise<Environment> {
    await this.getWritable(scope, id);
    await this.db.transaction(async () => {
      if (await this.environments.setDefault(scope, id)) return;
      throw new Conflict('environment.archived', 'The environment has been archived or deleted meanwhile.');
    });
    return this.environments.getOrThrow(scope, id);
  }

  /** Deletes the environment with its records and statuses. Throws 409 `environment.is_default`. */
  async remove(scope: ProjectScope, id: string): Promise<JobRun | null> {
    const environment = await this.environments.getOrThrow(scope, id);
    if (environment.isDefault) throw isDefault();
    return this.db.transaction(async () => {
      const run = await this.removals.remove(scope, 'environment', id);
      // It may have become the default since it was looked at.
      if (!(await this.environments.hasDefault(scope))) throw isDefault();
      return run;
    });
  }
}

function newEnvironment(given: CreateEnvironment): Partial<Environment> {
  const template = given.template && TEMPLATES[given.template];
  const name = given.name ?? template?.name;
  if (name === undefined) {
    throw invalidRequest([{ pointer: '/name', code: 'required', detail: 'name is needed where there is no template' }]);
  }
  return {
    name,
    slug: given.slug ?? (given.name === undefined ? template?.slug : undefined) ?? slugify(name),
    description: given.description ?? null,
    color: given.color ?? template?.color,
    isProtected: given.is_protected ?? template?.isProtected ?? false,
    maxOpenLeasesPerUser: given.max_open_leases_per_user ?? null,
  };
}

function isDefault(): Conflict {
  return new Conflict('environment.is_default', 'It is the default environment; make another one the default first.');
}
