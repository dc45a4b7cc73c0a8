/** Ids of things of one kind by their names, and which of them were there already. */
export class Named {
  readonly found: string[] = [];
  readonly made: string[] = [];
  private readonly ids = new Map<string, string>();

  /** `find` answers with the id of what exists under a key (the name, unless another is given). */
  constructor(
    private readonly kind: string,
    private readonly find: (key: string) => string | undefined,
  ) {}

  /** Finds it, or makes it; true when it was there. */
  async load(
    { name, key = name }: { name: string; key?: string },
    make: () => Promise<{ id: string }>,
  ): Promise<boolean> {
    const existing = this.find(key);
    this.ids.set(name, existing ?? (await make()).id);
    (existing === undefined ? this.made : this.found).push(name);
    return existing !== undefined;
  }

  id(name: string): string {
    const id = this.ids.get(name);
    if (id === undefined) throw new Error(`the example has no ${this.kind} ${name}`);
    return id;
  }
}
