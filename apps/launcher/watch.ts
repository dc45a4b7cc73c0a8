import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, watch } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../../libs/config/child-environment.js';
import { endChild } from '../../libs/process/end-child.js';

const DIST = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** A compiler writes many files for one change. */
const SETTLED_AFTER_MS = 300;

/** The compiler knows nothing of us; this makes it end when the channel to us breaks. */
const END_WITH_PARENT = 'data:text/javascript,process.on("disconnect",()=>process.exit())';

/** Compiles on every change of the source and calls `restart` when the compiled code differs. Returns the way to end both. */
export function watchCode(restart: () => Promise<void>): () => Promise<void> {
  const compiler = startCompiler();
  const fingerprints = new Fingerprints(DIST);
  let timer: NodeJS.Timeout | undefined;
  let restarting = Promise.resolve();
  const changed = (): void => {
    if (!fingerprints.update()) return;
    process.stdout.write('The code has changed: API and worker start afresh.\n');
    restarting = restarting.then(restart).catch(() => undefined); // what failed has said why, and the rest goes on as it was
  };
  const watcher = watch(DIST, { recursive: true }, (_event, file) => {
    if (!file?.endsWith('.js')) return;
    clearTimeout(timer);
    timer = setTimeout(changed, SETTLED_AFTER_MS);
  });
  watcher.on('error', () => undefined); // a file that vanished while it was looked at
  return async () => {
    clearTimeout(timer);
    watcher.close();
    await endChild(compiler, 2000);
  };
}

function startCompiler(): ReturnType<typeof spawn> {
  const nest = createRequire(import.meta.url).resolve('@nestjs/cli/bin/nest.js');
  const root = path.dirname(DIST);
  // Without the flag the compiler clears the screen, and with it the addresses that were just printed.
  const args = ['--import', END_WITH_PARENT, nest, 'build', 'api', '--watch', '--preserveWatchOutput'];
  return spawn(process.execPath, args, {
    cwd: root,
    env: childEnvironment(),
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

/** Tells changed code from a compiler that wrote the same again, as it does for every file when it starts. */
class Fingerprints {
  private known: string;

  constructor(private readonly dir: string) {
    this.known = this.take();
  }

  /** True when the code differs from the last time. */
  update(): boolean {
    const now = this.take();
    const differs = now !== this.known;
    this.known = now;
    return differs;
  }

  private take(): string {
    const hash = createHash('sha1');
    for (const file of readdirSync(this.dir, { recursive: true, encoding: 'utf8' }).sort()) {
      if (isCode(file) && existsSync(path.join(this.dir, file)))
        hash.update(file).update(readFileSync(path.join(this.dir, file)));
    }
    return hash.digest('hex');
  }
}

function isCode(file: string): boolean {
  return file.endsWith('.js') && !file.endsWith('spec.js') && /^(apps|src|libs|migrations)[\\/]/.test(file);
}
