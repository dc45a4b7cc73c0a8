/*
 * Spreadsheets take a cell that begins with one of these for a formula (OWASP, "CSV Injection"): as exported, it begins with an
 * apostrophe. So does one that began with an apostrophe anyway: then whatever begins with one has lost nothing when it is cut off.
 */
const MARK = "'";
const MARKED = [MARK, '=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/** How the name of a file ends in which texts are neutralised. */
const NEUTRALISED = '.neutralised.csv';

/** SQL: a text, or NULL, with its mark where it needs one. `marked` is a parameter with {@link markedCharacters}. */
export function neutralisedSql(text: string, marked: string, unless = 'false'): string {
  return `CASE WHEN left(${text}, 1) = ANY (${marked}::text[]) AND NOT (${unless}) THEN '''' || ${text} ELSE ${text} END`;
}

export const markedCharacters: readonly string[] = MARKED;

/** The name of a CSV file, which says whether its texts are neutralised. */
export function csvName(base: string, isNeutralised: boolean): string {
  return base + (isNeutralised ? NEUTRALISED : '.csv');
}

/** Whether a file of this name was exported with its texts neutralised. */
export function isNeutralised(fileName: string): boolean {
  return fileName.toLowerCase().endsWith(NEUTRALISED);
}

/** A neutralised cell as it was. */
export function withoutMark(cell: string): string {
  return cell.startsWith(MARK) ? cell.slice(MARK.length) : cell;
}
