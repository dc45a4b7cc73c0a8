import type { Config } from '../config/config.js';

/** What a person wants to know once everything runs: where it is. */
export function addresses(apiUrl: string, config: Config): string {
  const lines: [string, string][] = [
    ['API', `${apiUrl}/api/v1`],
    ['Documentation', `${apiUrl}/docs`],
    ['OpenAPI', `${apiUrl}/openapi.json`],
    ['Job board', boardAddress(apiUrl, config)],
    ['Data', config.embedded ? config.dataDir : `the database of DATABASE_URL; files in ${config.dataDir}`],
  ];
  const listed = lines.map(([what, where]) => `  ${what.padEnd(15)}${where}\n`).join('');
  return `\nTestLake is running; Ctrl-C stops it.\n\n${listed}\n`;
}

function boardAddress(apiUrl: string, { embedded, board }: Config): string {
  if (board === null && !embedded) return 'closed: set BOARD_USER and BOARD_PASSWORD to open it';
  const address = `${apiUrl}/admin/queues`;
  return board === null ? `${address} (from this machine)` : `${address} (user ${board.user})`;
}
