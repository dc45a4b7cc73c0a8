/** Beginnings of files that hold no text, by the bytes of their signatures; none that a text could begin with. */
const SIGNATURES: [what: string, bytes: string, at?: number][] = [
  ['a gzip archive', '1f8b'],
  ['a zip archive or a spreadsheet', '504b0304'],
  ['an empty zip archive', '504b0506'],
  ['a bzip2 archive', '314159265359', 4],
  ['an xz archive', 'fd377a585a00'],
  ['a zstd archive', '28b52ffd'],
  ['a 7z archive', '377abcaf271c'],
  ['a rar archive', '526172211a07'],
  ['a tar archive', '757374617200', 257],
  ['a tar archive', '7573746172202000', 257],
  ['a PNG image', '89504e470d0a1a0a'],
  ['a JPEG image', 'ffd8ff'],
  ['a GIF image', '474946383961'],
  ['a GIF image', '474946383761'],
  ['a PDF document', '255044462d'],
  ['an old spreadsheet or document', 'd0cf11e0a1b11ae1'],
  ['a Parquet file', '5041523115'],
  ['an SQLite database', '53514c69746520666f726d6174203300'],
  ['a program', '7f454c46'],
];

/** What a file is that begins so, where it is one of the usual things that hold no rows of text; otherwise null. */
export function knownBinary(beginning: Buffer): string | null {
  const found = SIGNATURES.find(([, bytes, at = 0]) => {
    const signature = Buffer.from(bytes, 'hex');
    return beginning.subarray(at, at + signature.length).equals(signature);
  });
  return found?.[0] ?? null;
}
