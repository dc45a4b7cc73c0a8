/** Most fields of a schema. */
export const MAX_FIELDS = 200;
/** Most searchable fields of a schema: each makes records dearer to write. */
export const MAX_SEARCHABLE = 10;
/** Longest field name. */
export const MAX_NAME = 100;
/** Longest description, in UTF-16 code units. */
export const MAX_DESCRIPTION = 1000;
/** Most options of a field, and the longest one, in UTF-16 code units. */
export const MAX_OPTIONS = 1000;
export const MAX_OPTION_LENGTH = 500;
/** Most keys of several fields. */
export const MAX_KEYS = 20;
/** Longest text that a value may have, in UTF-16 code units; also the largest length rule. */
export const MAX_TEXT = 10_000;
/** Longest template, in UTF-16 code units, and most fields that it may name. */
export const MAX_TEMPLATE = 500;
export const MAX_PLACEHOLDERS = 20;
/** Most elements of an array. */
export const MAX_ITEMS = 100;
/** How deep objects and arrays may stand in each other. */
export const MAX_DEPTH = 5;
/** Most rules of a schema, and the longest message of one. */
export const MAX_RULES = 50;
export const MAX_MESSAGE = 500;
