import { LETTER_CASES, TEXT_FORMATS, type TextFormat } from './definition.js';
import { stringPlanOrNull } from '../values/string-values.js';
import { parseTemplate } from '../values/template.js';
import { readBounds } from './bounds-reader.js';
import { MAX_PLACEHOLDERS, MAX_TEMPLATE } from './limits.js';
import { isStorable, shown } from './reader.js';
import { readRegex } from './regex-reader.js';
import { type RuleReader } from './rule-reader.js';

const OF_THE_TEXT = ['regex', 'min', 'max', 'min_length', 'max_length', 'format'];

/** Reads the rules of a string field. */
export function readString(reader: RuleReader): void {
  const { field } = reader;
  reader.excludes('min_length', ['min'], 'they say the same');
  reader.excludes('max_length', ['max'], 'they say the same');
  readBounds(reader, reader.has('min_length') ? 'min_length' : 'min', reader.has('max_length') ? 'max_length' : 'max');
  field.format = reader.choice<TextFormat>('format', TEXT_FORMATS);
  field.case = reader.choice('case', LETTER_CASES);
  readRegex(reader);
  readTemplate(reader);
  if (!reader.isClean || field.template !== undefined) return;
  if (stringPlanOrNull(field, 'none') !== null) return;
  const rule = field.format !== undefined ? 'format' : 'case';
  reader.refuse(
    rule,
    'no_match',
    `no texts can be made that are sure to keep ${rule} ${shown(field[rule])} together with the other rules`,
  );
}

function readTemplate(reader: RuleReader): void {
  const isText = (value: unknown): value is string =>
    typeof value === 'string' && value.length <= MAX_TEMPLATE && isStorable(value);
  const template = reader.read('template', isText, `a text of at most ${MAX_TEMPLATE} characters`);
  if (template === undefined) return;
  reader.excludes('template', OF_THE_TEXT, 'the template says what the text is');
  reader.excludes('template', ['expression'], 'each of them says what the text is');
  const parsed = parseTemplate(template);
  if (typeof parsed === 'string') return reader.refuse('template', 'syntax', `template: ${parsed}`);
  const named = parsed.filter((step) => step.field !== undefined).length;
  if (named > MAX_PLACEHOLDERS)
    return reader.refuse('template', 'too_many', `the template names more than ${MAX_PLACEHOLDERS} fields`);
  reader.field.template = template;
}
