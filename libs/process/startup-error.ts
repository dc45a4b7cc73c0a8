/** Something outside the program keeps it from starting; the message is the whole sentence: trouble, variable, remedy. */
export class StartupError extends Error {
  override name = 'StartupError';
}

/** A process that was started here has failed and has already printed why: nothing is left to say. */
export class ReportedError extends Error {
  override name = 'ReportedError';
}
