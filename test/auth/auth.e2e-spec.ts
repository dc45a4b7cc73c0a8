import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import type { SessionResponse, SignUp } from '../../libs/client/generated/types.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { ok, problem } from '../support/project.js';
import { send } from '../http/raw.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const PASSWORD = 'correct horse battery';

let test: TestApi;
let count = 0;

beforeAll(async () => {
  test = await startApi({ ACCESS_TOKEN_MINUTES: '15' });
});
afterAll(() => test.close());

function person(changes: Partial<SignUp> = {}): SignUp {
  count += 1;
  const names = { first_name: 'Ada', last_name: 'Lovelace' };
  return { email: `Ada.${count}@Example.com`, username: `Ada_${count}`, password: PASSWORD, ...names, ...changes };
}
async function signUp(body: SignUp = person()): Promise<SessionResponse & { email: string }> {
  return { ...(await ok(api.signUp({ client: test.anonymous, body }))), email: body.email };
}
const refresh = (refresh_token: string) => api.refreshSession({ client: test.anonymous, body: { refresh_token } });
const signIn = (email: string, password = PASSWORD) =>
  api.signIn({ client: test.anonymous, body: { email, password } });
const profile = (token: string) => api.getProfile({ client: test.client(token) });

async function countUsers(email: string): Promise<number> {
  const text = 'SELECT count(*) FROM users WHERE lower(email) = lower($1)';
  return Number((await test.db.query<{ count: string }>(text, [email]))[0]?.count);
}

describe('signing up', () => {
  it('answers 201 with the tokens and the account, and nothing else', async () => {
    const body = person();
    const { data, response } = await api.signUp({ client: test.anonymous, body });
    expect(response?.status).toBe(201);
    expect(data).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      refresh_token: expect.stringMatching(/^[\w-]{43}$/),
      expires_in: 900,
      user: {
        id: expect.stringMatching(UUID),
        email: body.email,
        username: body.username,
        first_name: 'Ada',
        last_name: 'Lovelace',
        avatar_url: null,
        auth_provider: 'email',
        is_email_verified: true,
        status: 'active',
        last_login_at: expect.any(String),
        created_at: expect.any(String),
        updated_at: expect.any(String),
      },
    });
    expect(await ok(profile(data?.access_token ?? ''))).toEqual(data?.user);
  });

  it('takes an account without names', async () => {
    const { email, username, password } = person();
    const { user } = await signUp({ email, username, password });
    expect(user).toMatchObject({ first_name: null, last_name: null });
  });

  it('keeps the password as argon2id only, and the refresh token hashed only', async () => {
    const { user, refresh_token } = await signUp();
    const [row] = await test.db.query<{ password_hash: string }>('SELECT * FROM users WHERE id = $1', [user.id]);
    expect(row?.password_hash).toMatch(/^\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+\$/);
    const tokens = await test.db.query('SELECT * FROM refresh_tokens WHERE user_id = $1', [user.id]);
    expect(tokens).toHaveLength(1);
    expect(JSON.stringify([row, tokens])).not.toContain(PASSWORD);
    expect(JSON.stringify([row, tokens])).not.toContain(refresh_token);
  });

  it('records the way to sign in', async () => {
    const { user, email } = await signUp();
    const text = 'SELECT provider, subject FROM user_identities WHERE user_id = $1';
    expect(await test.db.query(text, [user.id])).toEqual([{ provider: 'email', subject: email.toLowerCase() }]);
  });

  it('refuses an address or a name that is taken in any case', async () => {
    const first = person();
    await signUp(first);
    const sameEmail = person({ email: first.email.toUpperCase() });
    const sameName = person({ username: first.username.toUpperCase() });
    const refusals = [sameEmail, sameName].map((body) => problem(api.signUp({ client: test.anonymous, body })));
    expect(await Promise.all(refusals)).toMatchObject([
      { status: 409, code: 'user.email_taken' },
      { status: 409, code: 'user.username_taken' },
    ]);
    expect(await countUsers(first.email)).toBe(1);
  });

  it('refuses an address with letters beyond ASCII in another case', async () => {
    const first = person({ email: `äda.${count}@example.com` });
    await signUp(first);
    const other = person({ email: first.email.replace('ä', 'Ä') });
    expect(await problem(api.signUp({ client: test.anonymous, body: other }))).toMatchObject({ status: 409 });
    expect((await ok(signIn(other.email))).user.email).toBe(first.email);
  });

  it('admits one of many who take an address at once', async () => {
    for (const atOnce of [2, 10]) {
      const email = person().email;
      const bodies = Array.from({ length: atOnce }, (_, i) =>
        person({ email: i % 2 === 0 ? email : email.toLowerCase() }),
      );
      const answers = await Promise.all(bodies.map((body) => api.signUp({ client: test.anonymous, body })));
      const statuses = answers.map(({ response }) => response?.status).sort();
      expect(statuses).toEqual([201, ...Array.from({ length: atOnce - 1 }, () => 409)]);
      for (const { error } of answers) if (error) expect(error).toMatchObject({ code: 'user.email_taken' });
      expect(await countUsers(email)).toBe(1);
    }
  });

  it('admits one of ten who take a username at once', async () => {
    const { username } = person();
    const bodies = Array.from({ length: 10 }, () => person({ username }));
    const answers = await Promise.all(bodies.map((body) => api.signUp({ client: test.anonymous, body })));
    expect(answers.filter(({ response }) => response?.status === 201)).toHaveLength(1);
    for (const { error } of answers) if (error) expect(error).toMatchObject({ code: 'user.username_taken' });
    const rows = await test.db.query('SELECT id FROM user_identities WHERE subject = ANY ($1)', [
      bodies.map(({ email }) => email.toLowerCase()),
    ]);
    expect(rows).toHaveLength(1);
  });

  it.each([
    ['email', 'nobody'],
    ['email', `${'a'.repeat(64)}@${'b'.repeat(250)}.com`],
    ['username', 'a'],
    ['username', 'with space'],
    ['username', 'a'.repeat(101)],
    ['password', 'short'],
    ['password', 'x'.repeat(129)],
    ['first_name', 'x'.repeat(101)],
    ['last_name', 'x'.repeat(101)],
  ])('refuses a bad %s and makes nothing', async (field, value) => {
    const body = person({ [field]: value });
    const refusal = await problem(api.signUp({ client: test.anonymous, body }));
    expect(refusal).toMatchObject({ status: 422, code: 'request.invalid' });
    expect(refusal.errors.map(({ pointer }) => pointer)).toContain(`/${field}`);
    expect(await countUsers(body.email)).toBe(0);
  });
});

describe('signing in', () => {
  it('answers 200 like signing up, without regard to the case of the address', async () => {
    const { user, email } = await signUp();
    const { data, response } = await signIn(email.toUpperCase());
    expect(response?.status).toBe(200);
    expect(Object.keys(data ?? {}).sort()).toEqual(['access_token', 'expires_in', 'refresh_token', 'user']);
    expect(data?.user).toMatchObject({ id: user.id, email, username: user.username });
    expect(await ok(profile(data?.access_token ?? ''))).toMatchObject({ id: user.id });
  });

  it('says the same of a wrong password and of an unknown address', async () => {
    const { email } = await signUp();
    const [wrong, unknown] = await Promise.all([
      problem(signIn(email, `${PASSWORD}!`)),
      problem(signIn('nobody@example.com')),
    ]);
    expect(wrong).toMatchObject({ status: 401, code: 'auth.wrong_credentials', errors: [] });
    expect({ ...unknown, request_id: '' }).toEqual({ ...wrong, request_id: '' });
  });

  it('counts every letter of the password, also its case and its spaces', async () => {
    const { email } = await signUp();
    for (const password of [PASSWORD.toUpperCase(), ` ${PASSWORD}`, `${PASSWORD} `, '']) {
      expect(await problem(signIn(email, password))).toMatchObject({ status: 401, code: 'auth.wrong_credentials' });
    }
  });

  it('refuses an account that is suspended, and its session no longer goes on', async () => {
    const { user, email, refresh_token } = await signUp();
    await test.db.query(`UPDATE users SET status = 'suspended' WHERE id = $1`, [user.id]);
    expect(await problem(signIn(email))).toMatchObject({ status: 401, code: 'auth.account_closed' });
    expect(await problem(refresh(refresh_token))).toMatchObject({ status: 401, code: 'auth.account_closed' });
  });
});

describe('a session', () => {
  it('goes on with new tokens', async () => {
    const first = await signUp();
    const { data, response } = await refresh(first.refresh_token);
    expect(response?.status).toBe(200);
    expect(data?.user.id).toBe(first.user.id);
    expect(data?.refresh_token).not.toBe(first.refresh_token);
    expect(await ok(profile(data?.access_token ?? ''))).toMatchObject({ id: first.user.id });
    expect(await ok(refresh(data?.refresh_token ?? ''))).toMatchObject({ expires_in: 900 });
  });

  it('ends, with all its tokens, when an old one is used again, and no other session does', async () => {
    const first = await signUp();
    const other = await ok(signIn(first.email));
    const second = await ok(refresh(first.refresh_token));
    const refused = { status: 401, code: 'auth.refresh_invalid' };
    expect(await problem(refresh(first.refresh_token))).toMatchObject(refused);
    expect(await problem(refresh(second.refresh_token))).toMatchObject(refused);
    expect(await ok(refresh(other.refresh_token))).toMatchObject({ user: { id: first.user.id } });
  });

  it('lets one of ten uses of a token at once through', async () => {
    const { refresh_token, user } = await signUp();
    const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(refresh_token)));
    expect(answers.map(({ response }) => response?.status).sort()).toEqual([200, ...Array(9).fill(401)]);
    const open = 'SELECT id FROM refresh_tokens WHERE user_id = $1 AND revoked_at IS NULL';
    expect(await test.db.query(open, [user.id])).toEqual([]);
  });

  it('ends at sign-out, again and again', async () => {
    const { refresh_token } = await signUp();
    const next = await ok(refresh(refresh_token));
    const signOut = (token: string) => api.signOut({ client: test.anonymous, body: { refresh_token: token } });
    expect((await signOut(next.refresh_token)).response?.status).toBe(204);
    expect(await problem(refresh(next.refresh_token))).toMatchObject({ status: 401, code: 'auth.refresh_invalid' });
    expect((await signOut(next.refresh_token)).response?.status).toBe(204);
    expect((await signOut('unknown')).response?.status).toBe(204);
  });

  it('ends when its token has grown old', async () => {
    const { refresh_token, user } = await signUp();
    await test.db.query('UPDATE refresh_tokens SET expires_at = now() WHERE user_id = $1', [user.id]);
    expect(await problem(refresh(refresh_token))).toMatchObject({ status: 401, code: 'auth.refresh_invalid' });
  });

  it('is not opened by a token that nobody was given', async () => {
    expect(await problem(refresh('x'.repeat(43)))).toMatchObject({ status: 401, code: 'auth.refresh_invalid' });
  });
});

describe('an access token', () => {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const decode = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
  const forge = (header: unknown, payload: unknown, secret: string, hash = 'sha256') => {
    const signed = `${encode(header)}.${encode(payload)}`;
    return `${signed}.${createHmac(hash, secret).update(signed).digest('base64url')}`;
  };
  const now = () => Math.floor(Date.now() / 1000);

  it('names the user and its end, and nothing private', async () => {
    const { access_token, user } = await signUp();
    const [header, payload] = access_token.split('.');
    expect(decode(header)).toEqual({ alg: 'HS256', typ: 'JWT' });
    expect(decode(payload)).toEqual({ sub: user.id, iat: expect.any(Number), exp: expect.any(Number) });
    expect(Number(decode(payload).exp) - Number(decode(payload).iat)).toBe(900);
  });

  it('does not work where it is tampered with, over, unsigned, or signed otherwise', async () => {
    const { access_token, user } = await signUp();
    const stranger = await signUp();
    const [header = '', payload = '', signature = ''] = access_token.split('.');
    const [row] = await test.db.query<{ secret: string }>('SELECT secret FROM signing_secrets');
    const secret = row?.secret ?? '';
    const claims = { sub: user.id, iat: now(), exp: now() + 900 };
    const good = forge({ alg: 'HS256', typ: 'JWT' }, claims, secret);
    expect(await ok(profile(good))).toMatchObject({ id: user.id });
    const bad = {
      'another subject': `${header}.${encode({ ...decode(payload), sub: stranger.user.id })}.${signature}`,
      'a longer life': `${header}.${encode({ ...decode(payload), exp: now() + 99_999 })}.${signature}`,
      'a changed signature': `${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`,
      'no signature': `${header}.${payload}.`,
      'algorithm none': `${encode({ alg: 'none', typ: 'JWT' })}.${payload}.`,
      'algorithm None': `${encode({ alg: 'None', typ: 'JWT' })}.${payload}.`,
      'another algorithm': forge({ alg: 'HS512', typ: 'JWT' }, claims, secret, 'sha512'),
      'another secret': forge({ alg: 'HS256', typ: 'JWT' }, claims, 'secret'),
      'an empty secret': forge({ alg: 'HS256', typ: 'JWT' }, claims, ''),
      'an end in the past': forge({ alg: 'HS256', typ: 'JWT' }, { ...claims, exp: now() - 1 }, secret),
      'a start in the future': forge({ alg: 'HS256', typ: 'JWT' }, { ...claims, nbf: now() + 600 }, secret),
      'no token': '',
      garbage: 'garbage',
    };
    for (const [what, token] of Object.entries(bad)) {
      const { response, error } = await profile(token);
      expect({ what, status: response?.status }).toEqual({ what, status: 401 });
      expect(error).toMatchObject({ code: 'auth.required' });
    }
  });

  it('works as a Bearer header only', async () => {
    const { access_token } = await signUp();
    const path = '/api/v1/users/profile';
    for (const scheme of ['Basic', 'Token', '']) {
      const headers = { authorization: `${scheme} ${access_token}`.trim() };
      expect((await send(test, 'GET', path, { headers })).status).toBe(401);
    }
    expect((await send(test, 'GET', `${path}?access_token=${access_token}`)).status).toBe(401);
    expect((await send(test, 'GET', path, { headers: { cookie: `access_token=${access_token}` } })).status).toBe(401);
    expect((await send(test, 'GET', path, { headers: { authorization: `bearer ${access_token}` } })).status).toBe(200);
  });

  it('is not a refresh token, nor the other way round', async () => {
    const { access_token, refresh_token } = await signUp();
    expect((await refresh(access_token)).response?.status).toBeGreaterThanOrEqual(400);
    expect((await profile(refresh_token)).response?.status).toBe(401);
  });

  it('of a user who is gone answers 401', async () => {
    const [row] = await test.db.query<{ secret: string }>('SELECT secret FROM signing_secrets');
    const claims = { sub: '0193f0a2-7c1e-7a50-9b1d-2f7a3c5e8b10', iat: now(), exp: now() + 900 };
    const token = forge({ alg: 'HS256', typ: 'JWT' }, claims, row?.secret ?? '');
    expect((await profile(token)).response?.status).toBeGreaterThanOrEqual(401);
  });
});
