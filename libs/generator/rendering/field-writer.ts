import { mix32, type StreamKey } from '../random/hash.js';
import { Stream } from '../random/stream.js';
import { type Dealer } from '../uniqueness/deal.js';
import { type FieldWriter } from '../values/field-plan.js';
import { type Part } from '../values/part.js';
import { type Attempts } from './attempts.js';

/** A random source that can be put to any row; in a group of rules, to the draw that counts there. */
export function streamFor(key: StreamKey, attempts: Attempts | null): (i: number) => Stream {
  const stream = new Stream();
  if (!attempts) {
    return (i) => {
      stream.seek(key, i);
      return stream;
    };
  }
  return (i) => {
    stream.seek(again(key, attempts.at(i)), i);
    return stream;
  };
}

/** The key of a field's n-th draw. */
function again(key: StreamKey, n: number): StreamKey {
  return n === 0 ? key : { a: key.a ^ mix32(Math.imul(n, 0x9e3779b1)), b: key.b + n };
}

/** A field that is not in any key: drawn from the stream of (field, row). */
export function drawnWriter(part: Part, key: StreamKey, attempts: Attempts | null): FieldWriter {
  if (attempts) {
    const at = streamFor(key, attempts);
    return (i) => part.draw(at(i));
  }
  // Written out for the usual case: this is where most of the time goes.
  const stream = new Stream();
  return (i) => {
    stream.seek(key, i);
    return part.draw(stream);
  };
}

/** A field that is the `f`-th of a deal: the permutation says which value, the stream fills in what that leaves open. */
export function dealtWriter(part: Part, key: StreamKey, dealer: Dealer, f: number): FieldWriter {
  const stream = new Stream();
  return (i) => {
    stream.seek(key, i);
    return part.at(dealer(f, i, stream), stream);
  };
}

/** A field that has no value in a share of the rows. Writes whole JSON texts. */
export function sometimesNull(
  write: FieldWriter,
  quote: string,
  share: number,
  instead: string,
  streamAt: (i: number) => Stream,
): FieldWriter {
  return (i) => (streamAt(i).unit() < share ? instead : quote + write(i) + quote);
}

/** A field that others take: computed once for each row and draw. */
export function remembered(write: FieldWriter, attempts: Attempts | null): FieldWriter {
  let row = -1;
  let epoch = -1;
  let text = '';
  return (i) => {
    attempts?.at(i);
    const now = attempts?.epoch ?? 0;
    if (i !== row || epoch !== now) {
      text = write(i);
      row = i;
      epoch = now;
    }
    return text;
  };
}
