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
