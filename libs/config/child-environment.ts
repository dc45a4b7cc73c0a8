/** The variables for a process that is started here: this process's own, with the given ones set (null removes one). */
export function childEnvironment(overrides: Record<string, string | null> = {}): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { ...process.env };
  for (const [name, value] of Object.entries(overrides)) {
    if (value === null) delete environment[name];
    else environment[name] = value;
  }
  return environment;
}
