import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';

/** Requests of a page and the answers that follow them; no answers where the page shows none. */
export interface Step {
  requests: string;
  answers: string | null;
}

const PAGE = 'docs/guide.md';
const BLOCKS = /^```sh\n([^]*?)^```$(?:\n\n^```json\n([^]*?)^```$)?/gm;
const MARK = '--- next step ---';

export const readGuide = (): Promise<string> => readFile(PAGE, 'utf8');

/** The page's blocks of shell, in order, each with the block of answers after it. */
export function stepsOf(page: string): Step[] {
  return [...page.matchAll(BLOCKS)].map(([, requests = '', answers]) => ({ requests, answers: answers ?? null }));
}

/** Runs the requests of all steps in one shell, against the API at `url`; answers what each of them printed. */
export async function answersOf(steps: Step[], url: string): Promise<string[]> {
  const script = steps.map(({ requests }) => `${requests}\necho '${MARK}'`).join('\n');
  const shell = spawn('bash', ['-u'], { stdio: ['pipe', 'pipe', 'inherit'] });
  shell.stdin.end(script.replace('http://127.0.0.1:3000', url));
  const printed = await text(shell.stdout);
  return printed.split(`${MARK}\n`).slice(0, -1);
}

/** The page with these answers in the place of its own. */
export function withAnswers(page: string, answers: string[]): string {
  let step = -1;
  return page.replace(BLOCKS, (block, requests: string, old: string | undefined) => {
    step += 1;
    return old === undefined ? block : `\`\`\`sh\n${requests}\`\`\`\n\n\`\`\`json\n${answers[step]}\`\`\``;
  });
}

/** Ids are different each time. */
export function withoutIds(answers: string): string {
  const ids = new Map<string, string>();
  return answers.replace(/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g, (id) => {
    if (!ids.has(id)) ids.set(id, `id ${ids.size + 1}`);
    return ids.get(id) ?? '';
  });
}
