/** A short name made of a name: `TechCorp Solutions` gives `techcorp-solutions`; at most 100 characters, never empty. */
export function slugify(name: string): string {
  const plain = name.normalize('NFKD').toLowerCase().replace(/\p{M}/gu, '');
  const slug = plain
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 100)
    .replace(/^-+|-+$/g, '');
  return slug || 'unnamed';
}
