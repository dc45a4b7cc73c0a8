import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Disk } from 'flydrive';
import { FSDriver } from 'flydrive/drivers/fs';
import { Storage } from './storage.js';

const CHUNK = 8 * 1024 * 1024;
let folder: string;
let storage: Storage;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'storage-'));
  storage = new Storage(new Disk(new FSDriver({ location: folder, visibility: 'private' })));
});
afterAll(() => rm(folder, { recursive: true }));

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}
const read = async (key: string, from?: number): Promise<Buffer> => {
  const parts: Uint8Array[] = [];
  for await (const part of storage.read(key, from)) parts.push(part);
  return Buffer.concat(parts);
};

it.each([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK + 5])(
  'keeps a file of %i bytes, to be read from anywhere',
  async (size) => {
    const bytes = Buffer.alloc(size, 'abcdefg');
    expect(await storage.write('runs/1/file', pieces(bytes, 1_000_003))).toBe(size);
    for (const from of new Set([0, 1, size >> 1, Math.max(0, size - 1), size])) {
      expect((await read('runs/1/file', from)).equals(bytes.subarray(from))).toBe(true);
    }
  },
);

it('removes what is under a prefix, and nothing else', async () => {
  await storage.write('runs/1/a', pieces(Buffer.from('a'), 1));
  await storage.write('runs/10/a', pieces(Buffer.from('b'), 1));
  await storage.removeAll('runs/1/');
  await storage.removeAll('runs/none/');
  await expect(read('runs/1/a')).rejects.toThrow();
  expect((await read('runs/10/a')).toString()).toBe('b');
});

it('stops where it is told to', async () => {
  const stop = new AbortController();
  const endless = async function* (): AsyncGenerator<Uint8Array> {
    for (let k = 0; ; k += 1) {
      if (k === 3) stop.abort(new Error('told to'));
      yield Buffer.alloc(10);
    }
  };
  await expect(storage.write('runs/2/a', endless(), stop.signal)).rejects.toThrow('told to');
});
