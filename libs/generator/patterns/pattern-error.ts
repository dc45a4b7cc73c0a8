export type PatternErrorCode = 'syntax' | 'unsupported' | 'too_large' | 'no_match';

/** A pattern that cannot be used; `position` is the index into the pattern's text, where there is one. */
export class PatternError extends Error {
  constructor(
    readonly code: PatternErrorCode,
    message: string,
    readonly position?: number,
  ) {
    super(position === undefined ? message : `${message} at position ${position}`);
    this.name = 'PatternError';
  }
}
