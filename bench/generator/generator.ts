import { benchAddressing } from './addressing.js';
import { benchCompiling } from './compiling.js';
import { benchMemory } from './memory.js';
import { benchPatterns } from './patterns.js';
import { benchPeers } from './peers.js';
import { benchUniqueness } from './uniqueness.js';
import { benchValidation } from './validation.js';

/**
 * The generator beside its peers, on one thread. Every figure with a target is a ratio of two rates of one run, or a limit
 * that holds on any machine: absolute rates move with the machine, ratios hardly do.
 */
export async function generator(): Promise<void> {
  await benchPeers();
  await benchAddressing();
  await benchUniqueness();
  await benchValidation();
  await benchPatterns();
  await benchCompiling();
  await benchMemory();
}
