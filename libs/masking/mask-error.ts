/** A value that cannot be masked. The message names the field and the reason, never the value. */
export class MaskError extends Error {
  override name = 'MaskError';
}
