/** A map of at most so many entries, which forgets the one that came first when there would be more. */
export class BoundedMap<K, V> extends Map<K, V> {
  constructor(private readonly most: number) {
    super();
  }

  override set(key: K, value: V): this {
    if (this.size >= this.most && !this.has(key)) {
      const [first] = this.keys();
      this.delete(first as K);
    }
    return super.set(key, value);
  }
}
