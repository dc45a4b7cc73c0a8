import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Endpoint } from '../../libs/http/endpoint.js';
import { Public } from '../access/access.decorators.js';
import { RefreshRequest, SessionResponse, SignIn, SignUp } from './auth.dto.js';
import { AuthService } from './auth.service.js';

@Public()
@ApiTags('auth')
@Controller('auth')
export class AuthController {
  constructor(private readonly auth: AuthService) {}

  @Post('signup')
  @Endpoint({
    id: 'signUp',
    summary: 'Make an account and sign in',
    conflicts: {
      'user.email_taken': 'another account has the address.',
      'user.username_taken': 'another account has the username.',
    },
  })
  async signUp(@Body() body: SignUp): Promise<SessionResponse> {
    return this.auth.signUp(body);
  }

  @Post('signin')
  @Endpoint({ id: 'signIn', summary: 'Sign in', status: 200, unauthorized: 'Email or password is wrong.' })
  async signIn(@Body() body: SignIn): Promise<SessionResponse> {
    return this.auth.signIn(body);
  }

  @Post('refresh')
  @Endpoint({
    id: 'refreshSession',
    summary: 'Get new tokens',
    description: 'Uses the refresh token up; using it a second time ends the session.',
    status: 200,
    unauthorized: 'The refresh token is unknown, used or over.',
  })
  async refresh(@Body() body: RefreshRequest): Promise<SessionResponse> {
    return this.auth.refresh(body.refresh_token);
  }

  @Post('signout')
  @Endpoint({
    id: 'signOut',
    summary: 'End the session',
    description: 'Its refresh tokens end at once, its access token when its minutes are over.',
    status: 204,
  })
  async signOut(@Body() body: RefreshRequest): Promise<void> {
    await this.auth.signOut(body.refresh_token);
  }
}
