/** The name of the constraint that PostgreSQL says a write broke, or null for any other error. */
export function brokenConstraint(error: unknown): string | null {
  const { code, constraint } = (error ?? {}) as { code?: string; constraint?: string };
  return typeof code === 'string' && code.startsWith('23') && constraint ? constraint : null;
}

/** Runs a write and turns the breaking of the named constraints into the given domain errors. */
export async function translating<T>(write: () => Promise<T>, errors: Record<string, () => Error>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const translate = errors[brokenConstraint(error) ?? ''];
    throw translate ? translate() : error;
  }
}
