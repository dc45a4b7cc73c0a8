import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { NotFound } from '../../libs/errors/errors.js';
import type { ProjectScope } from '../access/project-scope.js';
import type { FileLinkResponse } from './run-file.dto.js';
import { type OpenFile, RunFilesService } from './run-files.service.js';
import { RunsService } from './runs.service.js';

/** Seconds that a link works. */
const LIFE = 15 * 60;
const AUDIENCE = 'file';

/** Links with which a file can be downloaded by whoever has them: a browser sends no token along. */
@Injectable()
export class RunFileLinksService {
  constructor(
    private readonly tokens: JwtService,
    private readonly runs: RunsService,
    private readonly files: RunFilesService,
  ) {}

  /** Throws 404 `file.not_found`. */
  async make(scope: ProjectScope, runId: string, name: string): Promise<FileLinkResponse> {
    await this.runs.get(scope, runId);
    await this.files.open(runId, name);
    const token = await this.tokens.signAsync({ run: runId, file: name }, { audience: AUDIENCE, expiresIn: LIFE });
    return { url: `/api/v1/files?link=${token}`, expires_at: new Date(Date.now() + LIFE * 1000) };
  }

  /** Throws 404 `file.link_over` where the link is not one of ours or has ended. */
  async open(token: string): Promise<OpenFile> {
    const over = (): never => {
      throw new NotFound('file.link_over', 'This link is over; ask for another one.');
    };
    const options = { audience: AUDIENCE, algorithms: ['HS256' as const] };
    const { run, file } = await this.tokens.verifyAsync<{ run: string; file: string }>(token, options).catch(over);
    return this.files.open(run, file);
  }
}
