import { afterAll, beforeAll, expect, it } from '@jest/globals';
import * as api from '../../libs/client/generated/sdk.gen.js';
import { startApi, type TestApi } from '../support/api.js';
import { givenUser, ok, problem } from '../support/project.js';
import { expectProblem, send } from '../http/raw.js';

let test: TestApi;

beforeAll(async () => {
  test = await startApi();
});
afterAll(() => test.close());

it('shows everybody their own account, without secrets', async () => {
  const [one, other] = await Promise.all([givenUser(test), givenUser(test)]);
  for (const { client, id, email } of [one, other]) {
    const user = await ok(api.getProfile({ client }));
    expect(user).toMatchObject({ id, email, auth_provider: 'email', status: 'active' });
    expect(Object.keys(user).filter((name) => /password|hash|token|secret/.test(name))).toEqual([]);
  }
});

it('changes what is given, keeps what is left out, and removes what is null', async () => {
  const { client, id } = await givenUser(test);
  const before = await ok(api.getProfile({ client }));
  const avatar_url = 'https://example.com/ada.png';
  const changed = await ok(api.updateProfile({ client, body: { first_name: 'Grace', avatar_url } }));
  expect(changed).toEqual({ ...before, first_name: 'Grace', avatar_url, updated_at: expect.any(String) });
  expect(Date.parse(changed.updated_at)).toBeGreaterThan(Date.parse(before.updated_at));
  const removed = await ok(api.updateProfile({ client, body: { last_name: null, avatar_url: null } }));
  expect(removed).toMatchObject({ first_name: 'Grace', last_name: null, avatar_url: null });
  expect(await ok(api.getProfile({ client }))).toEqual(removed);
  const text = 'SELECT first_name, last_name, avatar_url FROM users WHERE id = $1';
  expect(await test.db.query(text, [id])).toEqual([{ first_name: 'Grace', last_name: null, avatar_url: null }]);
});

it('changes nobody else', async () => {
  const [one, other] = await Promise.all([givenUser(test), givenUser(test)]);
  await ok(api.updateProfile({ client: one.client, body: { first_name: 'Grace' } }));
  expect(await ok(api.getProfile({ client: other.client }))).toMatchObject({ first_name: 'Test' });
});

it.each([
  ['id', '0193f0a2-7c1e-7a50-9b1d-2f7a3c5e8b10'],
  ['email', 'other@example.com'],
  ['username', 'other'],
  ['status', 'suspended'],
  ['is_email_verified', true],
  ['auth_provider', 'oidc'],
  ['password_hash', 'x'],
])('does not let anybody set their %s', async (name, value) => {
  const { client } = await givenUser(test);
  const before = await ok(api.getProfile({ client }));
  const body = { first_name: 'Grace', [name]: value };
  const answer = await send(test, 'PUT', '/api/v1/users/profile', { as: client, body });
  expectProblem(answer, 422, 'request.invalid');
  expect(answer.json.errors).toMatchObject([{ pointer: `/${name}`, code: 'unknown_property' }]);
  expect(await ok(api.getProfile({ client }))).toEqual(before);
});

it.each([
  ['first_name', 'x'.repeat(101)],
  ['first_name', 7],
  ['last_name', ['x']],
  ['avatar_url', 'javascript:alert(1)'],
  ['avatar_url', 'ftp://example.com/a.png'],
  ['avatar_url', `https://example.com/${'a'.repeat(500)}`],
  ['avatar_url', ''],
])('refuses a bad %s', async (name, value) => {
  const { client } = await givenUser(test);
  const body = { [name]: value } as { first_name: string };
  const refusal = await problem(api.updateProfile({ client, body }));
  expect(refusal).toMatchObject({ status: 422, code: 'request.invalid' });
  expect(refusal.errors.map(({ pointer }) => pointer)).toContain(`/${name}`);
});
