import { FIGURES, PAIRS, SAME } from './comparison-query.js';
import type { SchemaFigures } from './comparisons.jobs.js';

const LINE_FEED = 0x0a;

/** Counts compared rows by their letters as they go by, and passes on what is to be told of them. */
export class ComparedLines {
  readonly figures: SchemaFigures = {
    ...{ same: 0, different: 0, only_here: 0, only_there: 0 },
    ...{ duplicates_here: 0, duplicates_there: 0, without_key_here: 0, without_key_there: 0 },
  };
  /** Records seen, of both sides. */
  records = 0;
  /** Lines passed on. */
  told = 0;

  async *pass(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of chunks) {
      const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
      const lines: Buffer[] = [];
      let from = 0;
      for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, from)) {
        const letter = String.fromCharCode(bytes[from] ?? 0);
        this.count(letter);
        if (letter !== SAME) lines.push(bytes.subarray(from + 1, end + 1));
        from = end + 1;
      }
      rest = bytes.subarray(from);
      this.told += lines.length;
      if (lines.length > 0) yield Buffer.concat(lines);
    }
  }

  private count(letter: string): void {
    this.records += PAIRS.includes(letter) ? 2 : 1;
    for (const figure of FIGURES[letter] ?? []) this.figures[figure] += 1;
  }
}
