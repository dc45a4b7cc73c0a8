/** A piece of a template: plain text, or the value of a field. */
export interface TemplateStep {
  readonly text?: string;
  readonly field?: string;
}

/** Reads a template; a text that says what is wrong with it. `{name}` names a field, `{{` and `}}` are braces. */
export function parseTemplate(template: string): TemplateStep[] | string {
  const steps: TemplateStep[] = [];
  let text = '';
  for (let i = 0; i < template.length; i++) {
    const char = template[i]!;
    if ((char === '{' || char === '}') && template[i + 1] === char) {
      text += char;
      i++;
    } else if (char === '{') {
      const end = template.indexOf('}', i);
      if (end < 0) return `the brace at ${i + 1} is not closed`;
      const field = template.slice(i + 1, end).trim();
      if (field === '' || field.includes('{')) return `the brace at ${i + 1} must hold the name of a field`;
      if (text !== '') steps.push({ text });
      text = '';
      steps.push({ field });
      i = end;
    } else if (char === '}') return `the brace at ${i + 1} closes nothing; write }} for a brace`;
    else text += char;
  }
  if (text !== '') steps.push({ text });
  return steps;
}

/** The names of the fields that a template (which was read before) has in it, each once. */
export function namesIn(template: string): string[] {
  const steps = parseTemplate(template);
  if (typeof steps === 'string') return [];
  return [...new Set(steps.flatMap(({ field }) => (field === undefined ? [] : [field])))];
}
