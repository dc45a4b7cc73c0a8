import { Body, Controller, Delete, Get, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Endpoint } from '../../libs/http/endpoint.js';
import { Id } from '../../libs/http/id.js';
import { toPageResponse } from '../../libs/http/page.dto.js';
import { SignedIn } from '../access/access.decorators.js';
import type { Caller } from '../access/caller.js';
import {
  CreateOrganization,
  ListOrganizations,
  OrganizationPage,
  OrganizationResponse,
  toOrganizationResponse,
  UpdateOrganization,
} from './organization.dto.js';
import { OrganizationsService } from './organizations.service.js';

@ApiTags('organizations')
@Controller('organizations')
export class OrganizationsController {
  constructor(private readonly organizations: OrganizationsService) {}

  @Post()
  @Endpoint({
    id: 'createOrganization',
    summary: 'Make an organization',
    conflicts: { 'organization.slug_taken': 'another organization has the slug.' },
  })
  async create(@SignedIn() caller: Caller, @Body() body: CreateOrganization): Promise<OrganizationResponse> {
    return toOrganizationResponse(await this.organizations.create(caller, body));
  }

  @Get()
  @Endpoint({ id: 'listOrganizations', summary: 'List the organizations that I am in' })
  async list(@SignedIn() caller: Caller, @Query() query: ListOrganizations): Promise<OrganizationPage> {
    return toPageResponse(await this.organizations.list(caller, query), toOrganizationResponse);
  }

  @Get(':id')
  @Endpoint({ id: 'getOrganization', summary: 'Get an organization' })
  async get(@SignedIn() caller: Caller, @Id('id') id: string): Promise<OrganizationResponse> {
    return toOrganizationResponse(await this.organizations.get(caller, id));
  }

  @Put(':id')
  @Endpoint({
    id: 'updateOrganization',
    summary: 'Change or archive an organization',
    forbidden: 'Only its owners and administrators may.',
  })
  async update(
    @SignedIn() caller: Caller,
    @Id('id') id: string,
    @Body() body: UpdateOrganization,
  ): Promise<OrganizationResponse> {
    return toOrganizationResponse(await this.organizations.update(caller, id, body));
  }

  @Delete(':id')
  @Endpoint({
    id: 'deleteOrganization',
    summary: 'Delete an organization',
    status: 204,
    forbidden: 'Only its owners may.',
    conflicts: { 'organization.has_projects': 'it still has projects.' },
  })
  async remove(@SignedIn() caller: Caller, @Id('id') id: string): Promise<void> {
    await this.organizations.remove(caller, id);
  }
}
