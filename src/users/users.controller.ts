import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Endpoint } from '../../libs/http/endpoint.js';
import { SignedIn } from '../access/access.decorators.js';
import type { Caller } from '../access/caller.js';
import { toUserResponse, UpdateProfile, UserResponse } from './user.dto.js';
import { UsersService } from './users.service.js';

@ApiTags('users')
@Controller('users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Get('profile')
  @Endpoint({ id: 'getProfile', summary: 'Get my account' })
  async get(@SignedIn() caller: Caller): Promise<UserResponse> {
    return toUserResponse(await this.users.get(caller));
  }

  @Put('profile')
  @Endpoint({ id: 'updateProfile', summary: 'Change my account' })
  async update(@SignedIn() caller: Caller, @Body() body: UpdateProfile): Promise<UserResponse> {
    return toUserResponse(await this.users.update(caller, body));
  }
}
