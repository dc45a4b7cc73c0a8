import { AsyncLocalStorage } from 'node:async_hooks';
import { inspect } from 'node:util';
import { ConsoleLogger, type LogLevel } from '@nestjs/common';

/** From which level on lines are written: `warn` writes warnings and errors. */
export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type Level = (typeof LOG_LEVELS)[number];

type Fields = Record<string, unknown>;

const NEST_LEVELS: Record<Level, LogLevel[]> = {
  error: ['error', 'fatal'],
  warn: ['warn'],
  info: ['log'],
  debug: ['debug', 'verbose'],
};

/** Nest's own account of its start, a hundred lines that say nothing of the work. */
const CHATTER = ['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication'];

const current = new AsyncLocalStorage<Fields>();

/** Every line that is written during `work`, and in what it awaits, carries these fields and those around it. */
export function withLogFields<T>(fields: Fields, work: () => T): T {
  return current.run({ ...current.getStore(), ...fields }, work);
}

/** Adds to the fields of the innermost {@link withLogFields}; nothing happens outside of one. */
export function addLogFields(fields: Fields): void {
  Object.assign(current.getStore() ?? {}, fields);
}

/**
 * What `Logger` writes to: a line of JSON for programs that collect logs, readable text on a terminal. A message may be an
 * object with a `message` and fields of its own.
 */
export class ProcessLogger extends ConsoleLogger {
  constructor(level: Level, isTerminal: boolean) {
    const upTo = LOG_LEVELS.slice(0, LOG_LEVELS.indexOf(level) + 1);
    super({ json: !isTerminal, colors: isTerminal, logLevels: upTo.flatMap((each) => NEST_LEVELS[each]) });
  }

  override log(message: unknown, ...rest: unknown[]): void {
    if (CHATTER.includes(String(rest.at(-1)))) return;
    super.log(message, ...rest);
  }

  protected override getJsonLogObject(
    message: unknown,
    options: Parameters<ConsoleLogger['getJsonLogObject']>[1],
  ): ReturnType<ConsoleLogger['getJsonLogObject']> {
    const { level, pid, message: said, ...rest } = super.getJsonLogObject(message, options);
    const timestamp = new Date().toISOString();
    const fields = { pid, ...rest, ...current.getStore(), ...asFields(said), timestamp };
    return { level: level === 'log' ? 'info' : level, ...fields } as unknown as ReturnType<
      ConsoleLogger['getJsonLogObject']
    >;
  }

  protected override stringifyMessage(message: unknown, level: LogLevel): string {
    const { message: text = '', ...own } = asFields(message);
    const fields = Object.entries({ ...current.getStore(), ...own }).map(([name, value]) => `${name}=${shown(value)}`);
    return super.stringifyMessage([text, ...fields].join(' '), level);
  }
}

function asFields(message: unknown): Fields {
  if (message instanceof Error) return { message: message.stack ?? message.message };
  return typeof message === 'object' && message !== null ? (message as Fields) : { message };
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value, { breakLength: Infinity });
}
