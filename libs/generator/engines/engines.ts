import { compileTable } from '../compile-table.js';
import { rowSource } from '../rendering/row-source.js';
import { type Engine } from './engine.js';

/** Engine version 1: golden/engine-1.json holds it to its word. */
export const engine1: Engine = { version: 1, table: compileTable, rows: rowSource };

/** All versions that run, oldest first. Runs that were recorded with a version go on with it. */
export const engines: readonly Engine[] = [engine1];

/** An engine of that version was asked for, and there is none. */
export class UnknownEngineError extends RangeError {
  constructor(readonly version: number) {
    super(`there is no engine version ${version}`);
    this.name = 'UnknownEngineError';
  }
}

/** The engine of a version. Throws UnknownEngineError. */
export function engineOf(version: number, all: readonly Engine[]): Engine {
  const engine = all.find((each) => each.version === version);
  if (!engine) throw new UnknownEngineError(version);
  return engine;
}
