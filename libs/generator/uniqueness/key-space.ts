import { type StreamKey } from '../random/hash.js';
import { type Stream } from '../random/stream.js';
import { mixedRadix, type Place } from '../values/mixed-radix.js';
import { type Extent } from '../values/field-plan.js';
import { Permutation } from './permutation.js';

/** More rows were asked for than a unique key allows. */
export class SpaceExhaustedError extends RangeError {
  constructor(
    readonly key: string,
    readonly size: number,
  ) {
    super(`${key} can tell only ${size} rows apart`);
    this.name = 'SpaceExhaustedError';
  }
}

/** All combinations of the values of a key's fields, dealt out to rows so that each comes up once. */
export class KeySpace {
  readonly size: number;
  private readonly places: readonly Place[];
  private readonly permutation: Permutation | null;
  // Rows are written field after field: the second member of a key asks for the same row again.
  private lastRow = -1;
  private lastRank = 0;

  /** `name` is what errors call the key: its fields. */
  constructor(
    readonly name: string,
    members: readonly Extent[],
    key: StreamKey,
  ) {
    const { places, size } = mixedRadix(members);
    this.places = places;
    this.size = size;
    this.permutation = size > 0 ? new Permutation(size, key) : null;
  }

  /** The rank that member `m` has in row `i`; where a digit stands for several, the stream chooses. Throws SpaceExhaustedError past the last row. */
  rankIn(m: number, i: number, stream: Stream): number {
    const { radix, weight, stride } = this.places[m]!;
    const digit = Math.floor(this.rankOf(i) / weight) % radix;
    return stride === 1 ? digit : digit * stride + stream.below(stride);
  }

  /** The combination that row `i` has, as a number. */
  rankOf(i: number): number {
    if (i !== this.lastRow) {
      if (this.permutation === null || i >= this.size) throw new SpaceExhaustedError(this.name, this.size);
      this.lastRank = this.permutation.at(i);
      this.lastRow = i;
    }
    return this.lastRank;
  }
}
