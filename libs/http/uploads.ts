import multipart from '@fastify/multipart';
import {
  applyDecorators,
  BadRequestException,
  createParamDecorator,
  type ExecutionContext,
  PayloadTooLargeException,
} from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { invalidRequest } from './validation.js';

/** A file as it comes in: it is to be read once, to its end. */
export interface UploadedFile {
  /** As the sender calls it; not to be trusted. */
  name: string;
  content: AsyncIterable<Uint8Array>;
}

/** Hands the file of a request to `work`, once all that is known of it beforehand is right. */
export type ReceiveFile = <T>(work: (file: UploadedFile) => Promise<T>) => Promise<T>;

const FIELD = 'file';

/** Lets routes that say so take a file of at most `maxBytes`. */
export async function acceptUploads(app: NestFastifyApplication, maxBytes: number): Promise<void> {
  // Typed for another copy of Fastify's types than Nest's.
  await app.register(multipart, {
    limits: { fileSize: maxBytes, files: 1, fields: 0, parts: 1, headerPairs: 100 },
  });
}

/** The route takes a file in the field `file` of a form. */
export function TakesFile(description: string): MethodDecorator {
  const file = { type: 'string', format: 'binary', description };
  return applyDecorators(
    RouteConfig({ upload: true }),
    ApiConsumes('multipart/form-data'),
    ApiBody({ schema: { type: 'object', properties: { file: file as never }, required: [FIELD] } }),
  );
}

/** Whether a route takes a file. */
export function takesFile({ routeOptions }: FastifyRequest): boolean {
  return (routeOptions.config as { upload?: boolean }).upload === true;
}

/** Receives the request's file. */
export const Upload = createParamDecorator((_: unknown, context: ExecutionContext): ReceiveFile => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  return (work) => receive(request, work);
});

async function receive<T>(request: FastifyRequest, work: (file: UploadedFile) => Promise<T>): Promise<T> {
  try {
    const part = await request.file().catch(broken);
    if (part?.fieldname !== FIELD) {
      const detail = `the form must have one file, in the field ${FIELD}`;
      throw invalidRequest([{ pointer: `/${FIELD}`, code: 'required', detail }]);
    }
    return await work({ name: part.filename ?? '', content: whole(part.file) });
  } finally {
    // What is not read any more has to go by nevertheless: senders look for the answer when they have sent all.
    request.raw.unpipe();
    request.raw.resume();
  }
}

/** What the parser says of a form; its own errors beside those of Fastify have no status. */
function broken(error: Error & { statusCode?: number }): never {
  throw error.statusCode === undefined ? new BadRequestException(`The form is broken: ${error.message}.`) : error;
}

async function* whole(
  file: AsyncIterable<Uint8Array> & { truncated: boolean; bytesRead: number },
): AsyncGenerator<Uint8Array> {
  try {
    yield* file;
  } catch (error) {
    broken(error as Error);
  }
  if (file.truncated) throw new PayloadTooLargeException(`The file is larger than ${file.bytesRead} bytes.`);
}
