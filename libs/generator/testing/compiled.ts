import { compile, type CompiledSchema, readDefinition } from '../index.js';

/** Reads and compiles a definition that is known to be right. */
export function compiled(input: unknown): CompiledSchema {
  const { definition, problems } = readDefinition(input);
  if (!definition) throw new Error(JSON.stringify(problems));
  return compile(definition);
}
