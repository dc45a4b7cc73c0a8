import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ROOT = process.cwd();

interface Source {
  file: string;
  imports: string[];
  text: string;
}

const sources: Source[] = ['apps', 'src', 'libs', 'migrations']
  .flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((f) => `${folder}/${f}`),
  )
  .filter((file) => file.endsWith('.ts') && !/\.(spec|e2e-spec)\.ts$/.test(file) && !file.includes('/generated/'))
  .map((file) => {
    const text = readFileSync(path.join(ROOT, file), 'utf8');
    const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '');
    const imports = specifiers.map((to) => (to.startsWith('.') ? path.join(path.dirname(file), to) : to));
    return { file, imports, text };
  });

/** The files under `from` that import something matching `to`, unless `except` allows them. */
function offenders(from: RegExp, to: RegExp, except = /^$/): string[] {
  return sources
    .filter(({ file }) => from.test(file) && !except.test(file))
    .flatMap(({ file, imports }) => imports.filter((each) => to.test(each)).map((each) => `${file} -> ${each}`));
}

const domainOf = (file: string): string => file.split('/')[1] ?? '';

describe('the house', () => {
  it('is read at all', () => {
    expect(sources.length).toBeGreaterThan(100);
  });

  it('depends downwards: apps on src on libs', () => {
    expect(offenders(/^libs\//, /^(src|apps|migrations)\//)).toEqual([]);
    expect(offenders(/^src\//, /^(apps|migrations)\//)).toEqual([]);
    expect(offenders(/^migrations\//, /^(apps|src)\//)).toEqual([]);
  });

  it('has apps that know nothing of each other', () => {
    const across = sources
      .filter(({ file }) => file.startsWith('apps/'))
      .flatMap(({ file, imports }) =>
        imports
          .filter((to) => to.startsWith('apps/') && domainOf(to) !== domainOf(file))
          .map((to) => `${file} -> ${to}`),
      );
    expect(across).toEqual([]);
  });

  it('has a generator that imports nothing of ours', () => {
    expect(offenders(/^libs\/generator\//, /^(libs\/(?!generator\/)|@nestjs|typeorm|pg$|bullmq)/)).toEqual([]);
  });

  it('keeps typeorm in entities, repositories, libs/database and migrations', () => {
    const allowed = /\.(entity|repository)\.ts$|^libs\/database\/|^migrations\//;
    expect(offenders(/./, /^typeorm$/, allowed)).toEqual([]);
  });

  it('keeps bullmq in libs/jobs', () => {
    expect(offenders(/./, /^bullmq$/, /^libs\/jobs\//)).toEqual([]);
  });

  it('reads the environment in libs/config alone', () => {
    const readers = sources.filter(
      ({ file, text }) => text.includes('process.env') && !file.startsWith('libs/config/'),
    );
    expect(readers.filter(({ text }) => /^[^/*]*process\.env/m.test(text)).map(({ file }) => file)).toEqual([]);
  });

  it('queries in repositories alone', () => {
    const allowed = /\.repository\.ts$|\.read-model\.ts$/;
    const queries = sources.filter(
      ({ file, text }) => /^src\//.test(file) && !allowed.test(file) && /\.db\.(query|repository)\b/.test(text),
    );
    expect(queries.map(({ file }) => file)).toEqual(['src/health/health.service.ts']);
  });

  it('lets a domain meet another through what it exports, never through its repository', () => {
    const across = sources
      .filter(({ file }) => file.startsWith('src/') && domainOf(file) !== file)
      .flatMap(({ file, imports }) =>
        imports
          .filter((to) => to.startsWith('src/') && /\.(repository|controller|handlers)\.js$/.test(to))
          .filter((to) => domainOf(to) !== domainOf(file))
          .map((to) => `${file} -> ${to}`),
      );
    expect(across).toEqual([]);
  });

  it('has no room for leftovers', () => {
    const names = sources
      .map(({ file }) => file)
      .filter((file) => /\/(common|utils?|helpers?|shared|interfaces|constants)[/.]/.test(file));
    expect(names).toEqual([]);
  });
});
