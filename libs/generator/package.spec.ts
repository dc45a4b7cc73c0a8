import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { childEnvironment } from '../config/child-environment.js';

const ROOT = process.cwd();
const readme = readFileSync(path.join(ROOT, 'libs/generator/README.md'), 'utf8');
const codeBlock = (language: string): string =>
  new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'ms').exec(readme)?.[1] ?? '';

// What npm tells its scripts would tell the npm that runs here that it is in this repository.
const env = childEnvironment(
  Object.fromEntries(Object.keys(childEnvironment()).flatMap((name) => (/^npm_/i.test(name) ? [[name, null]] : []))),
);
const run = async (cwd: string, command: string, ...args: string[]): Promise<string> =>
  (await promisify(execFile)(command, args, { cwd, env })).stdout;

describe('the package', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'generator-package-'));
  const project = path.join(folder, 'project');
  const installed = path.join(project, 'node_modules/@testlake/generator');
  const files = (): string[] => readdirSync(installed, { recursive: true, encoding: 'utf8' });

  // Packed from a copy, so that the build does not get in the way of tests that read the sources.
  beforeAll(async () => {
    const copy = path.join(folder, 'copy');
    for (const file of ['package.json', 'tsconfig.json', 'libs/generator'])
      cpSync(path.join(ROOT, file), path.join(copy, file), {
        recursive: true,
        filter: (from) => path.basename(from) !== 'dist',
      });
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'));
    await run(copy, 'npm', 'pack', '--workspace', '@testlake/generator', '--pack-destination', folder);
    mkdirSync(project);
    writeFileSync(path.join(project, 'package.json'), '{ "type": "module", "private": true }');
    writeFileSync(path.join(project, 'example.js'), codeBlock('js'));
    const tarball = readdirSync(folder).find((file) => file.endsWith('.tgz')) ?? 'none';
    await run(project, 'npm', 'install', '--offline', '--no-audit', '--no-fund', path.join(folder, tarball));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("runs the README's example alone, as the README prints it and as the library here does", async () => {
    const own = codeBlock('js').replace('@testlake/generator', new URL('./index.js', import.meta.url).href);
    writeFileSync(path.join(project, 'own.js'), own);
    const printed = await run(project, process.execPath, 'example.js');
    expect(printed).toBe(codeBlock('text'));
    expect(await run(project, process.execPath, 'own.js')).toBe(printed);
  });

  it('has types that need no others', async () => {
    const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc');
    const strictly = [
      '--noEmit',
      '--checkJs',
      '--strict',
      '--skipDefaultLibCheck',
      '--module',
      'nodenext',
      '--target',
      'es2023',
    ];
    await expect(run(project, process.execPath, tsc, ...strictly, 'example.js')).resolves.toBe('');
  });

  it('brings the word lists with their licence, and no tests', () => {
    expect(files()).toEqual(expect.arrayContaining(['README.md', 'dist/words/en.json', 'words/LICENSE']));
    expect(files().filter((file) => /\.spec\.|testing|golden/.test(file))).toEqual([]);
  });

  it('imports nothing but itself and what Node.js has', () => {
    const imported = files()
      .filter((file) => /\.(js|d\.ts)$/.test(file))
      .flatMap((file) => [
        ...readFileSync(path.join(installed, file), 'utf8').matchAll(/(?:from|import\(?) ?'([^']+)'/g),
      ])
      .map((match) => match[1] ?? '');
    expect(imported.length).toBeGreaterThan(100);
    expect(imported.filter((each) => !each.startsWith('.') && !each.startsWith('node:'))).toEqual([]);
  });
});
