/** The JSON Schema (2020-12) of definitions. */
export class DefinitionFormat {
  /**
   * The dialect.
   * @example "https://json-schema.org/draft/2020-12/schema"
   */
  $schema: string;

  /**
   * Always `object`.
   * @example "object"
   */
  type: string;

  /**
   * The properties of a definition, each with its own schema.
   * @example { "fields": {} }
   */
  properties: Record<string, unknown>;

  /**
   * The schemas that others refer to.
   * @example {}
   */
  $defs: Record<string, unknown>;
}
