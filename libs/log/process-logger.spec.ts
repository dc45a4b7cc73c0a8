import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { addLogFields, type Level, ProcessLogger, withLogFields } from './process-logger.js';

describe('the log', () => {
  let written: string[];
  beforeEach(() => {
    written = [];
    for (const stream of [process.stdout, process.stderr]) {
      jest.spyOn(stream, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    }
  });
  afterEach(() => {
    jest.restoreAllMocks();
    Logger.overrideLogger(true);
  });

  const say = (level: Level, isTerminal: boolean, speak: (log: Logger) => void): string[] => {
    Logger.overrideLogger(new ProcessLogger(level, isTerminal));
    speak(new Logger('place'));
    return written;
  };

  it('is a line of JSON with the fields of the message and those around it', async () => {
    Logger.overrideLogger(new ProcessLogger('warn', false));
    await withLogFields({ run_id: 'r' }, async () => {
      addLogFields({ slice: 3 });
      await Promise.resolve();
      new Logger('place').warn({ message: 'Lost.', error: 'gone' });
    });
    const [line] = written.map((text) => JSON.parse(text) as unknown);
    const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);
    const fields = { level: 'warn', message: 'Lost.', error: 'gone', run_id: 'r', slice: 3, context: 'place' };
    expect(line).toEqual({ ...fields, pid: process.pid, timestamp });
    expect(written[0]?.endsWith('\n')).toBe(true);
  });

  it('does not carry the fields of one piece of work into another', () => {
    const text = say('info', false, (log) => {
      withLogFields({ run_id: 'one' }, () => addLogFields({ slice: 1 }));
      addLogFields({ slice: 2 });
      log.log('after');
    });
    expect(JSON.parse(text[0] ?? '')).not.toHaveProperty('slice');
  });

  it('is a readable line on a terminal', () => {
    const [line] = say('warn', true, (log) =>
      withLogFields({ run_id: 'r' }, () => log.warn({ message: 'Lost.', rows: 5 })),
    );
    expect(line).toContain('Lost. run_id=r rows=5');
  });

  it.each<[Level, string[]]>([
    ['error', ['error']],
    ['warn', ['warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['debug', ['debug', 'info', 'warn', 'error']],
  ])('of level %s has %j', (level, expected) => {
    const lines = say(level, false, (log) => {
      log.debug('a');
      log.log('b');
      log.warn('c');
      log.error('d');
    });
    expect(lines.map((text) => (JSON.parse(text) as { level: string }).level)).toEqual(expected);
  });

  it("leaves out Nest's account of its own start", () => {
    Logger.overrideLogger(new ProcessLogger('debug', false));
    new Logger('RouterExplorer').log('Mapped {/a, GET} route');
    expect(written).toEqual([]);
  });
});
