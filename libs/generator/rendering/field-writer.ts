import { type StreamKey } from '../random/hash.js';
import { Stream } from '../random/stream.js';
import { type KeySpace } from '../uniqueness/key-space.js';
import { type Part } from '../values/part.js';

/** Writes one field's value in row i: the text between the quotes of a string, or the whole JSON text of anything else. */
export type FieldWriter = (i: number) => string;

/** A field that is not in any key: drawn from the stream of (field, row). */
export function drawnWriter(part: Part, key: StreamKey): FieldWriter {
  const stream = new Stream();
  return (i) => {
    stream.seek(key, i);
    return part.draw(stream);
  };
}

/** A field that is member `m` of a key: the permutation says which value, the stream fills in what that leaves open. */
export function keyedWriter(part: Part, key: StreamKey, space: KeySpace, m: number): FieldWriter {
  const stream = new Stream();
  return (i) => {
    stream.seek(key, i);
    return part.at(space.rankIn(m, i, stream), stream);
  };
}
