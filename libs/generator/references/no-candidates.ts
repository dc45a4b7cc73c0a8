/** A required reference field was given no record to refer to. */
export class NoCandidatesError extends Error {
  constructor(readonly field: string) {
    super(`the required reference ${field} has no record to refer to`);
    this.name = 'NoCandidatesError';
  }
}
