/** The first bytes of a source, at least `count` where it has as many, and the source as if nothing had been read. */
export async function peek(
  source: AsyncIterable<Uint8Array>,
  count: number,
): Promise<{ beginning: Buffer; isAll: boolean; source: AsyncGenerator<Uint8Array> }> {
  const iterator = source[Symbol.asyncIterator]();
  const read: Uint8Array[] = [];
  let isAll = false;
  for (let size = 0; size < count;) {
    const { value, done } = await iterator.next();
    isAll = done === true;
    if (done) break;
    read.push(value);
    size += value.length;
  }
  const beginning = Buffer.concat(read);
  async function* again(): AsyncGenerator<Uint8Array> {
    try {
      yield beginning;
      if (!isAll) yield* { [Symbol.asyncIterator]: () => iterator };
    } finally {
      await iterator.return?.();
    }
  }
  return { beginning, isAll, source: again() };
}
