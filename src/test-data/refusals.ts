import { Conflict, DomainError, type FieldError, Invalid, NotFound } from '../../libs/errors/errors.js';
import { invalidRequest } from '../../libs/http/validation.js';

/** All that keeps a run from starting, to be told at once. */
export class Refusals {
  private readonly conflicts: FieldError[] = [];

  constructor(private readonly wrong: FieldError[]) {}

  /** Does it, and keeps what it is refused for, which is about `pointer` unless it says more. */
  async collect(pointer: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const isWrong = error instanceof Invalid || error instanceof NotFound;
      const own = { pointer, code: error.code, detail: error.message };
      (isWrong ? this.wrong : this.conflicts).push(...(error instanceof Invalid ? error.errors : [own]));
    }
  }

  /** Throws 409 `generation.refused` where the state of things forbids the run, 422 where the request itself is wrong (too). */
  throwIfAny(): void {
    const all = [...this.wrong, ...this.conflicts];
    if (this.wrong.length > 0) throw invalidRequest(all);
    if (all.length === 0) return;
    throw new Conflict('generation.refused', `The run is refused for ${all.length} reason(s); see errors.`, all);
  }
}
