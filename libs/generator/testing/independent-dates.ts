import { type Ajv } from 'ajv';

const DAY = 86_400_000;
/** The moment that the properties' runs start at. */
export const NOW = Date.UTC(2026, 0, 15, 10, 30);

const FORMS: Record<string, RegExp> = {
  date: /^\d{4}-\d\d-\d\d$/,
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
  time: /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/,
};

/** What dates must be, by JavaScript's Date: form, being in the calendar, and bounds. */
export function addDateKeywords(ajv: Ajv): void {
  ajv.addKeyword({ keyword: 'dateForm', type: 'string', validate: (form: string, text: string) => isDate(text, form) });
  ajv.addKeyword({
    keyword: 'dateMin',
    type: 'string',
    validate: (min: string, text: string) => isDate(text) && !isBefore(text, min),
  });
  ajv.addKeyword({
    keyword: 'dateMax',
    type: 'string',
    validate: (max: string, text: string) => isDate(text) && !isAfter(text, max),
  });
}

function isDate(text: string, form?: string): boolean {
  if (form === 'time') return FORMS.time!.test(text);
  const isForm =
    form === undefined ? FORMS.date!.test(text) || FORMS['date-time']!.test(text) : FORMS[form]!.test(text);
  const moment = Date.parse(text);
  // Date.parse reads the 30th of February as the 1st of March.
  return isForm && !Number.isNaN(moment) && new Date(moment).toISOString().startsWith(text.replace('Z', ''));
}

/** The moment of a bound as the random definitions write them; days for `today` and plain dates. */
function momentOf(bound: string): { ms: number; isDay: boolean } {
  if (bound === 'today') return { ms: Math.floor(NOW / DAY) * DAY, isDay: true };
  const [, sign, count, unit] = /^now([+-])(\d+)([dy])$/.exec(bound) ?? [];
  if (sign === undefined) return { ms: Date.parse(bound), isDay: FORMS.date!.test(bound) };
  return { ms: NOW + Number(`${sign}${count}`) * (unit === 'y' ? 365 : 1) * DAY, isDay: false };
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

function isBefore(text: string, min: string): boolean {
  const { ms } = momentOf(min);
  return FORMS.date!.test(text) ? text < dayOf(ms) : Date.parse(text) < Math.floor(ms / 1000) * 1000;
}

function isAfter(text: string, max: string): boolean {
  const { ms, isDay } = momentOf(max);
  if (FORMS.date!.test(text)) return text > dayOf(ms);
  return isDay ? Date.parse(text) >= ms + DAY : Date.parse(text) > ms;
}
