import { compile } from '../../libs/generator/index.js';
import { measure } from '../rounds.js';
import { report } from '../report.js';
import { definitionOf, RUN } from './user-row.js';

const NAMES = ['email', 'username', 'city', 'price', 'created_at', 'phone', 'title', 'country', 'sku', 'notes'];

/** From an untrusted definition of 50 fields to the first row. */
export async function benchCompiling(): Promise<void> {
  const fields = Array.from({ length: 50 }, (_, k) => {
    const name = NAMES[k % NAMES.length]!;
    const type = name === 'price' ? 'number' : name === 'created_at' ? 'date' : 'string';
    return { name: k < 10 ? name : `f${k}_${name}`, type };
  });
  const firstRow = (): number => {
    compile(definitionOf(fields)).rows(RUN).json(0);
    return 1;
  };
  const cold = 1000 / (await measure({ firstRow }, 1)).firstRow;
  const warm = 1000 / (await measure({ firstRow }, 15)).firstRow;
  report('compiling 50 fields not seen before', `${cold.toFixed(1)} ms`, 'at most 20 ms', cold <= 20);
  report('  … again', `${warm.toFixed(1)} ms`, 'at most 20 ms', warm <= 20);
}
