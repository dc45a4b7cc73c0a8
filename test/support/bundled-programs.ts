import { fileURLToPath } from 'node:url';

const DIST = fileURLToPath(new URL('../..', import.meta.url));

/** Packages that find files beside them. */
const WITH_FILES = ['@bull-board/*', '@fastify/static', '@node-rs/argon2', 'swagger-ui-dist'];
/** Packages that others load at run time: there must be one of each. */
const LOADED_BY_NAME = ['@aws-sdk/*', '@opentelemetry/*', 'class-transformer', 'class-validator', 'typeorm'];
/** Packages that are not there, since nothing of ours asks for what needs them. */
const ABSENT = [
  ...['@nestjs/microservices', '@nestjs/platform-express', '@nestjs/websockets'],
  ...['class-transformer/storage', 'pg-native'],
];

/** What packages that are no ES modules expect to be there. */
const BANNER = `
  import { createRequire as requireFrom } from 'node:module';
  const require = requireFrom(import.meta.url);
  const { filename: __filename, dirname: __dirname } = import.meta;`;

/**
 * Makes one file of each program and of the packages that it uses, which starts in half the time of thousands: a hundred and
 * fifty starts are a quarter of what the tests do. The long form, and the tests of the launcher, start the programs as they are.
 */
export async function bundlePrograms(): Promise<void> {
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: DIST,
    entryPoints: ['apps/api/main.js', 'apps/worker/main.js'],
    outbase: 'apps',
    outdir: 'test/programs',
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // Entities and DTOs are known by the names of their classes.
    keepNames: true,
    external: [...WITH_FILES, ...LOADED_BY_NAME, ...ABSENT],
    banner: { js: BANNER },
    logLevel: 'error',
  });
}

/** The one file of a program. */
export function bundledProgram(app: 'api' | 'worker'): string {
  return fileURLToPath(new URL(`../programs/${app}/main.js`, import.meta.url));
}
