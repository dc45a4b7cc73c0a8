import { writeFile } from 'node:fs/promises';
import { answersOf, readGuide, stepsOf, withAnswers } from './guide.js';

/*
 * Writes the answers of a running TestLake (its address is the argument) into the guide: `node dist/test/docs/write-guide.js
 * http://127.0.0.1:3000`. Needs one without the guide's account.
 */
const page = await readGuide();
const answers = await answersOf(stepsOf(page), process.argv[2] ?? 'http://127.0.0.1:3000');
await writeFile('docs/guide.md', withAnswers(page, answers));
