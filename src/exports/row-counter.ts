const QUOTE = 0x22;
const LINE_FEED = 0x0a;

/** Counts the rows of CSV, or of lines without quotes that matter, as they go by in chunks of any size. */
export class RowCounter {
  rows = 0;
  private isQuoted = false;

  /** `isCsv` is false where every line feed ends a row. */
  constructor(private readonly isCsv: boolean) {}

  add(chunk: Buffer): void {
    if (!this.isCsv || (!this.isQuoted && !chunk.includes(QUOTE))) this.addLines(chunk);
    else this.addQuoted(chunk);
  }

  private addLines(chunk: Buffer): void {
    for (let at = chunk.indexOf(LINE_FEED); at !== -1; at = chunk.indexOf(LINE_FEED, at + 1)) this.rows += 1;
  }

  /** A quote within a cell stands twice: it opens again at once what it closes. */
  private addQuoted(chunk: Buffer): void {
    let { rows, isQuoted } = this;
    for (let i = 0; i < chunk.length; i += 1) {
      const byte = chunk[i];
      if (byte === QUOTE) isQuoted = !isQuoted;
      else if (byte === LINE_FEED && !isQuoted) rows += 1;
    }
    this.rows = rows;
    this.isQuoted = isQuoted;
  }
}
