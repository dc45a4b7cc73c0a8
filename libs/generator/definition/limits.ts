/** Most fields of a schema. */
export const MAX_FIELDS = 200;
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
