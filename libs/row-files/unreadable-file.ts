/** A file that cannot be read as rows; the message is for whoever sent it, `code` is stable. */
export class UnreadableFile extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
