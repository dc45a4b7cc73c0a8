import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../../libs/config/child-environment.js';

const DIST = above(path.dirname(fileURLToPath(import.meta.url)), 'apps/demo/main.js');
const PATIENCE_MS = 120_000;

interface Ended {
  code: number | null;
  output: string;
  errors: string;
}

describe('npm run demo -- --exit', () => {
  let dir: string;
  let first: Ended;
  let second: Ended;

  beforeAll(async () => {
    dir = mkdtempSync(path.join(os.tmpdir(), 'testlake-demo-'));
    chmodSync(dir, 0o711); // the database's account enters it too where the tests run as root
    first = await demo(dir, ['--exit']);
    second = await demo(dir, ['--exit']);
  }, PATIENCE_MS);
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('loads the example, and ends with 0', () => {
    expect(first).toMatchObject({ code: 0, errors: '' });
    expect(first.output).toMatch(/signed up as demo@example\.com/);
    expect(first.output).toMatch(/found Development; made Staging, Production/);
    expect(first.output).toMatch(/made User, Product, Order, Payment, Address/);
    expect(first.output).toMatch(/added 8 sample records/);
  });

  it('hands out a sample record while there is nothing else', () => {
    expect(first.output).toMatch(/user_registration gets (john_doe|jane_smith|bob_wilson) .*123 Main Street, Boston/);
  });

  it('makes 100,000 rows and shows how it goes', () => {
    expect(first.output).toMatch(/\[#{30}\] 100% +100,000 of 100,000 +[\d,]+ rows\/s +0 s left/);
  });

  it('prints the bundle of scenario A in Development, from stock', () => {
    const { primary, secondary, sources } = bundle(first, 'Scenario A');
    expect([primary, ...secondary]).toEqual(['User', 'Address']);
    expect(sources).toEqual(['stock', 'stock']);
  });

  it('prints the bundle of scenario B, made on the spot and in the order of assignment', () => {
    const { primary, secondary, sources } = bundle(first, 'Scenario B');
    expect(primary).toBe('Order');
    expect(secondary).toEqual(['User', 'Product', 'Payment', 'Address']);
    expect(new Set(sources)).toEqual(new Set(['generated']));
  });

  it('says on the second run what it found, and makes nothing twice', () => {
    expect(second).toMatchObject({ code: 0, errors: '' });
    expect(second.output).toMatch(/signed in as demo@example\.com/);
    expect(second.output).toMatch(/found 8 sample records/);
    expect(second.output).toMatch(/found 100,000 User rows.* no new one is started/);
    expect(second.output).not.toMatch(/( {2}|; )(made|added) |Migrated/);
    expect(bundle(second, 'Scenario B').sources).not.toContain('generated');
  });
});

describe('npm run demo', () => {
  let dir: string;
  let taken: Server;

  beforeAll(async () => {
    dir = mkdtempSync(path.join(os.tmpdir(), 'testlake-demo-'));
    taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    taken.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it(
    'says which port is in use, and what to set',
    async () => {
      const { port } = taken.address() as { port: number };
      const { code, errors } = await demo(dir, ['--exit'], { PORT: String(port) });
      expect(code).toBe(1);
      expect(errors).toBe(
        `TestLake demo: Port ${port} is in use by another program: stop that one, or set PORT to another port.\n`,
      );
    },
    PATIENCE_MS,
  );

  it('refuses an argument that it does not know', async () => {
    const { code, errors } = await demo(dir, ['--quit']);
    expect(code).toBe(2);
    expect(errors).toMatch(/^TestLake demo: --quit is unknown/);
  });
});

function demo(dir: string, args: string[], variables: Record<string, string> = {}): Promise<Ended> {
  const unset = { DATABASE_URL: null, REDIS_URL: null, HOST: null, NODE_OPTIONS: null };
  const env = childEnvironment({ ...unset, PORT: '0', TESTLAKE_DIR: path.join(dir, 'data'), ...variables });
  const script = path.join(DIST, 'apps/demo/main.js');
  const child = spawn(process.execPath, [script, ...args], { cwd: dir, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.on('data', (text: Buffer) => (output += String(text)));
  child.stderr.on('data', (text: Buffer) => (errors += String(text)));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output, errors })));
}

/** The schemas and sources of the bundle that is printed below a scenario's title. */
function bundle({ output }: Ended, scenario: string): { primary: string; secondary: string[]; sources: string[] } {
  const json = /\n\{\n[\s\S]*?\n\}\n/.exec(output.slice(output.indexOf(scenario)))?.[0] ?? 'null';
  const { primary_data, secondary_data } = JSON.parse(json) as {
    primary_data: { schema: string; source: string };
    secondary_data: { schema: string; source: string }[];
  };
  const sources = [primary_data, ...secondary_data].map(({ source }) => source);
  return { primary: primary_data.schema, secondary: secondary_data.map(({ schema }) => schema), sources };
}

/** The folder above, or here, that holds the file. */
function above(from: string, holds: string): string {
  if (existsSync(path.join(from, holds))) return from;
  if (from === path.dirname(from)) throw new Error(`${holds} is not compiled: run npm run build first`);
  return above(path.dirname(from), holds);
}
