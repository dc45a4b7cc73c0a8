/** No row was found that keeps a rule: it is too narrow for what the fields it names may hold. */
export class RuleUnmetError extends Error {
  constructor(
    readonly row: number,
    readonly rule: string,
  ) {
    super(`row ${row}: none of ${MAX_ATTEMPTS} draws keeps the rule: ${rule}`);
    this.name = 'RuleUnmetError';
  }
}

/** How often the fields of a rule are drawn for one row; past this the row is an error. */
export const MAX_ATTEMPTS = 1000;

/** A condition on rows. Reads fields through their writers. */
export interface Guard {
  readonly message: string;
  holds(i: number): boolean;
}

/**
 * Fields that rules tie together are drawn together, again with other numbers where a rule does not hold. Which draw counts
 * is a function of the row alone, so rows stay addressable; that it is found is bounded by MAX_ATTEMPTS.
 */
export class Attempts {
  readonly guards: Guard[] = [];
  /** Changes whenever the fields may have other values: what was remembered is void. */
  epoch = 0;
  private row = -1;
  private no = 0;

  /** Which draw counts in row i; while that is being found out, the one that is tried. */
  at(i: number): number {
    if (i !== this.row) this.settle(i);
    return this.no;
  }

  private settle(i: number): void {
    this.row = i;
    let broken: Guard | undefined;
    for (this.no = 0; this.no < MAX_ATTEMPTS; this.no++) {
      this.epoch++;
      broken = this.guards.find((guard) => !guard.holds(i));
      if (!broken) return;
    }
    this.row = -1;
    throw new RuleUnmetError(i, broken?.message ?? '');
  }
}
