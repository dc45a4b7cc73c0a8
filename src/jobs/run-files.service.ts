import { Injectable } from '@nestjs/common';
import { NotFound } from '../../libs/errors/errors.js';
import { Storage } from '../../libs/storage/storage.js';
import type { ProjectScope } from '../access/project-scope.js';
import type { JobRunFile } from './job-run.entity.js';
import { RunFilesRepository } from './run-files.repository.js';
import type { TakenSlice } from './taken-slice.js';

/** A part of a file, as a slice leaves it behind. */
export interface FilePart {
  /** The file's name, also where it is downloaded. */
  name: string;
  /** Its place in the file; parts are joined in this order. By default, the slice's number. */
  part?: number;
  mediaType: string;
  /** How many rows it has; a function, where that is known at the end only. */
  rows: number | (() => number);
}

export interface OpenFile {
  name: string;
  mediaType: string;
  bytes: number;
  content: AsyncIterable<Uint8Array>;
}

/** Files that runs leave behind: a slice adds its part in its own transaction, so that a part is there exactly once. */
@Injectable()
export class RunFilesService {
  constructor(
    private readonly storage: Storage,
    private readonly files: RunFilesRepository,
  ) {}

  /** Stores a part. Needs the slice's transaction. */
  async addPart(
    slice: TakenSlice,
    part: FilePart,
    content: AsyncIterable<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<void> {
    await this.files.add(await this.store(slice, part, content, signal));
  }

  /** Stores a part that nobody knows of before {@link addStored}. */
  async store(
    slice: TakenSlice,
    { name, part = slice.no, mediaType, rows }: FilePart,
    content: AsyncIterable<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<JobRunFile> {
    // Of an attempt's own: one that was thought dead may still write.
    const storageKey = `${runFolder(slice.run_id)}${name}/${part}.${slice.no}.${slice.attempt}`;
    const bytes = await this.storage.write(storageKey, content, signal);
    return {
      runId: slice.run_id,
      projectId: slice.project_id,
      ...{ name, part, mediaType, storageKey, bytes },
      rows: typeof rows === 'function' ? rows() : rows,
    };
  }

  /** Makes a stored part known, in the current transaction. */
  async addStored(part: JobRunFile): Promise<void> {
    await this.files.add(part);
  }

  /** The same for a part that every slice would write alike, such as a header: the first one counts. */
  async addOnce(part: JobRunFile): Promise<void> {
    await this.files.addOnce(part);
  }

  /** Forgets what is known of a file, in the current transaction. */
  async forget(runId: string, name: string): Promise<void> {
    await this.files.remove(runId, name);
  }

  /** A file as a whole. Throws 404 `file.not_found`. */
  async open(runId: string, name: string): Promise<OpenFile> {
    const parts = await this.files.listParts(runId, name);
    const [first] = parts;
    if (!first) throw new NotFound('file.not_found', `The run has no file ${name}.`);
    const { storage } = this;
    async function* content(): AsyncGenerator<Uint8Array> {
      for (const { storageKey } of parts) yield* storage.read(storageKey);
    }
    const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
    return { name, mediaType: first.mediaType, bytes, content: content() };
  }

  /** Notes that a file comes in for a run to be: where the run is not recorded within a day, what was stored is removed. */
  async expectUpload(scope: Pick<ProjectScope, 'projectId'>, runId: string): Promise<void> {
    await this.files.addUpload(scope, runId);
  }

  /** Removes everything that was stored for a run. */
  async removeAll(runId: string): Promise<void> {
    await this.storage.removeAll(runFolder(runId));
  }
}

/** Where the files of a run are, its uploads included. */
export function runFolder(runId: string): string {
  return `runs/${runId}/`;
}
