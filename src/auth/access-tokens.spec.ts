import { createSecretKey, randomBytes } from 'node:crypto';
import { expect, it, jest } from '@jest/globals';
import { JwtService } from '@nestjs/jwt';
import { AccessTokens } from './access-tokens.js';

const key = createSecretKey(randomBytes(32));
const jwt = new JwtService({ secret: key as never });
const signed = (claims: object, expiresIn: number): string => `Bearer ${jwt.sign(claims, { expiresIn })}`;

it('knows a caller until the very end of the token, however often it is asked', () => {
  jest.useFakeTimers({ now: Date.now() });
  const tokens = new AccessTokens(jwt);
  const header = signed({ sub: 'ada' }, 60);
  expect(tokens.callerOf(header)).toEqual({ userId: 'ada' });
  jest.advanceTimersByTime(58_000);
  expect(tokens.callerOf(header)).toEqual({ userId: 'ada' });
  jest.advanceTimersByTime(2_000);
  expect(tokens.callerOf(header)).toBeNull();
  expect(new AccessTokens(jwt).callerOf(header)).toBeNull();
  jest.useRealTimers();
});

it('takes no token of another key, no link to a file, and none that never ends', () => {
  const tokens = new AccessTokens(jwt);
  const others = new JwtService({ secret: createSecretKey(randomBytes(32)) as never });
  expect(tokens.callerOf(`Bearer ${others.sign({ sub: 'ada' }, { expiresIn: 60 })}`)).toBeNull();
  expect(tokens.callerOf(signed({ sub: 'ada', aud: 'file' }, 60))).toBeNull();
  expect(tokens.callerOf(`Bearer ${jwt.sign({ sub: 'ada' })}`)).toBeNull();
});

it('keeps apart more callers than it remembers', () => {
  const tokens = new AccessTokens(jwt);
  const headers = Array.from({ length: 10_005 }, (_, i) => signed({ sub: `user ${i}` }, 60));
  const allKnown = (): boolean => headers.every((header, i) => tokens.callerOf(header)?.userId === `user ${i}`);
  expect([allKnown(), allKnown()]).toEqual([true, true]);
});
