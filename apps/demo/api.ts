import type { Problem } from '../../libs/client/generated/types.gen.js';
import { StartupError } from '../../libs/process/startup-error.js';

/** A step of the demo that the API refused, or did not answer; the message is the whole sentence. */
export class StepFailed extends StartupError {
  override name = 'StepFailed';
}

/** How the generated client answers: data, or the problem. */
interface Answer<T> {
  data: T | undefined;
  error?: unknown;
}

interface Page<T> {
  data: T[];
  next_cursor: string | null;
}

/** What the API answers; throws {@link StepFailed} with the step and the problem's detail otherwise. */
export async function ask<T>(step: string, call: Promise<Answer<T>>): Promise<T> {
  const { data, error } = await call;
  if (data === undefined) throw new StepFailed(`${step} failed: ${explainProblem(error)}`);
  return data;
}

/** Every entry of a list, page by page, as long as the reader wants more. */
export async function* each<T>(
  step: string,
  list: (page: { limit: number; cursor?: string }) => Promise<Answer<Page<T>>>,
): AsyncGenerator<T> {
  let cursor: string | null | undefined;
  do {
    const page: Page<T> = await ask(step, list({ limit: 100, ...(cursor ? { cursor } : {}) }));
    yield* page.data;
    cursor = page.next_cursor;
  } while (cursor);
}

/** The same, all at once. */
export async function all<T>(...list: Parameters<typeof each<T>>): Promise<T[]> {
  const entries: T[] = [];
  for await (const entry of each(...list)) entries.push(entry);
  return entries;
}

export function isProblem(error: unknown): error is Problem {
  return typeof error === 'object' && error !== null && 'code' in error && 'detail' in error;
}

function explainProblem(error: unknown): string {
  if (!isProblem(error)) return `the API did not answer (${reason(error)}).`;
  const fields = error.errors.map(({ pointer, parameter, detail }) => `${pointer ?? parameter ?? 'body'}: ${detail}`);
  return [`${error.detail} (${error.status} ${error.code})`, ...fields].join('; ');
}

/** `fetch` says only that it failed; why is in its cause. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
