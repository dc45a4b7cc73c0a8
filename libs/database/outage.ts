// PostgreSQL's manual, "PostgreSQL Error Codes": connection exceptions, shutdowns, too many connections, not accepting any.
const SQL_STATES = /^(08...|57P0[1-4]|53300|55000)$/;
const SOCKET_ERRORS = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/;

/** Whether the error says that the database was away, and nothing of the work itself. */
export function isOutage(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: string; message?: string };
  if (SQL_STATES.test(code ?? '') || SOCKET_ERRORS.test(code ?? '')) return true;
  return /^Connection terminated/.test(message ?? '');
}

/** Whether the error says that the database server has no room left: PostgreSQL's `disk_full`. */
export function isStorageFull(error: unknown): boolean {
  return (error as { code?: string } | null)?.code === '53100';
}
