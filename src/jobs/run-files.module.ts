import type { KeyObject } from 'node:crypto';
import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { SIGNING_KEY, SigningKeyModule } from '../auth/signing-key.module.js';
import { JobsModule } from './jobs.module.js';
import { RunFileLinksService } from './run-file-links.service.js';

/** The API's part of files: links, which it signs. */
@Module({
  imports: [
    JobsModule,
    JwtModule.registerAsync({
      imports: [SigningKeyModule],
      inject: [SIGNING_KEY],
      useFactory: (key: KeyObject) => ({ secret: key as never, signOptions: { algorithm: 'HS256' } }),
    }),
  ],
  providers: [RunFileLinksService],
  exports: [RunFileLinksService],
})
export class RunFilesModule {}
