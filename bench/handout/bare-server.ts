import { fastify } from 'fastify';
import pg from 'pg';
import { CLAIM } from './claims.js';

/** Fastify and the same SQL, and nothing else: what a server of hand-outs costs at least. */
const [url = '', user = ''] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: url, max: 16 });
const app = fastify();

interface Answer {
  claim: { outcome: string; bundles: unknown[] };
}

app.get<{ Params: { feature: string; env: string } }>('/claim/:feature/:env', async ({ params }) => {
  const values = [user, params.feature, params.env];
  const { rows } = await pool.query<Answer>({ name: 'claim', text: CLAIM, values });
  if (rows[0]?.claim.outcome !== 'claimed') throw new Error(JSON.stringify(rows[0]));
  return rows[0].claim.bundles[0];
});
app.get<{ Params: { id: string } }>('/record/:id', async ({ params }) => {
  const { rows } = await pool.query({
    name: 'get',
    text: 'SELECT * FROM test_data WHERE id = $1',
    values: [params.id],
  });
  return rows[0] as object;
});
process.send?.(await app.listen({ host: '127.0.0.1', port: 0 }));
