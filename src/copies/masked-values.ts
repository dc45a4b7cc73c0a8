import { MaskError } from '../../libs/masking/mask-error.js';
import type { RowMask } from '../../libs/masking/row-mask.js';
import { RunFailure } from '../jobs/run-failure.js';
import type { CopyPart } from './copy-part.js';

/**
 * The values with what is to be masked replaced. Ends the run where a field cannot be masked, or the masked record breaks a
 * rule that it kept before: nothing of it is written, and no value is told.
 */
export function maskedValues(
  { schema, name }: CopyPart,
  mask: RowMask,
  id: string,
  values: Record<string, unknown>,
): Record<string, unknown> {
  const masked = attempt(mask, values, (reason) => new RunFailure(`The record ${id} of ${name} ${reason}`));
  const problems = schema.check(masked);
  if (problems.length === 0) return masked;
  const before = new Set(schema.check(values).map(({ pointer, code }) => `${pointer} ${code}`));
  const added = problems.find(({ pointer, code }) => !before.has(`${pointer} ${code}`));
  if (!added) return masked;
  throw new RunFailure(
    `The record ${id} of ${name} breaks the rule ${added.code} at ${added.pointer || '/'} once it is masked; mask it another way.`,
  );
}

function attempt(
  mask: RowMask,
  values: Record<string, unknown>,
  failure: (reason: string) => Error,
): Record<string, unknown> {
  try {
    return mask(values);
  } catch (error) {
    if (error instanceof MaskError) throw failure(`cannot be masked: ${error.message}`);
    throw error;
  }
}
