import { client } from '../../libs/client/generated/client.gen.js';
import { signIn, signUp } from '../../libs/client/generated/sdk.gen.js';
import { ask, isProblem } from './api.js';
import { say } from './say.js';

/** Fixed, so that a newcomer can sign in too. */
export const ACCOUNT = { email: 'demo@example.com', password: 'shopfast-demo' };

const NEW_ACCOUNT = { ...ACCOUNT, username: 'shopfast-demo', first_name: 'Dana', last_name: 'Demo' };

/** Signs up, or in where the account exists; from then on every call of the client is the account's. */
export async function enter(): Promise<void> {
  const attempt = await signUp({ body: NEW_ACCOUNT });
  const exists = isProblem(attempt.error) && attempt.error.code === 'user.email_taken';
  const session = exists
    ? await ask(`Signing in as ${ACCOUNT.email}`, signIn({ body: ACCOUNT }))
    : await ask(`Signing up as ${ACCOUNT.email}`, Promise.resolve(attempt));
  client.setConfig({ auth: session.access_token });
  say('account', `signed ${exists ? 'in' : 'up'} as ${ACCOUNT.email}, password ${ACCOUNT.password}`);
}
