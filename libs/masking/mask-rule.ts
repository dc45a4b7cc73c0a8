/** The ways to mask a value; see README.md. */
export const MASK_METHODS = ['auto', 'keep_format', 'digits', 'email', 'name', 'hash', 'null'] as const;
export type MaskMethod = (typeof MASK_METHODS)[number];

/** How a field is masked: by a method, or with the same value in every row. */
export type MaskRule = MaskMethod | { value: unknown };
