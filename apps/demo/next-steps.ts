import { ACCOUNT } from './account.js';
import type { Example } from './load.js';
import { requestPath, SCENARIO_B } from './scenarios.js';

/** Lines for another terminal: sign in, ask for data, make some. */
export function nextSteps(apiUrl: string, example: Example): string {
  const { schemas, environments } = example;
  const samples = `/api/v1/schemas/${schemas.id('Product')}/environments/${environments.id('Staging')}/generate-sample`;
  const token = `node -pe 'JSON.parse(require("fs").readFileSync(0)).access_token'`;
  const json = `-H 'content-type: application/json'`;
  const lines = [
    `TOKEN=$(curl -s ${apiUrl}/api/v1/auth/signin ${json} -d '${JSON.stringify(ACCOUNT)}' | ${token})`,
    `curl -s -H "authorization: Bearer $TOKEN" ${apiUrl}${requestPath(example, SCENARIO_B)}`,
    `curl -s -H "authorization: Bearer $TOKEN" ${apiUrl}${samples} ${json} -d '{"count":3}'`,
  ];
  return `Sign in, ask for a bundle, and make three products, in another terminal:\n\n${lines.join('\n')}\n\n`;
}
