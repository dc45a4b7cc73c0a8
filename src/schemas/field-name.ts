/** A name that a field of a schema has, or once had. */
export interface FieldName {
  /** Id of the field. */
  id: string;
  name: string;
  /** The versions of the schema in which it is called so. */
  versions: number[];
}
