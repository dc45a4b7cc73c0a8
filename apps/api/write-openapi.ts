import { writeFileSync } from 'node:fs';
import { readConfig } from '../../libs/config/config.js';
import { createDocument } from './create-app.js';

const document = await createDocument(readConfig({ DATABASE_URL: 'postgres://nowhere/none' }));
writeFileSync(process.argv[2] ?? 'openapi.json', `${JSON.stringify(document, null, 2)}\n`);
process.exit(0);
